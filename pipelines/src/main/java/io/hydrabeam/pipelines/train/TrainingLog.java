package io.hydrabeam.pipelines.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.model.train.EpochRecord;
import io.hydrabeam.pipelines.records.TfRecordWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/** The epochs of a training as files: a line of JSON each, and scalars for TensorBoard. */
final class TrainingLog {
  static final String HISTORY = "history.jsonl";

  /** TensorBoard takes every file whose name holds "tfevents". */
  static final String EVENTS = "events.out.tfevents.hydra";

  /** First event of every file; TensorBoard refuses others. */
  private static final String FILE_VERSION = "brain.Event:2";

  private static final ObjectMapper JSON = new ObjectMapper();

  private TrainingLog() {}

  /**
   * Writes {@code history.jsonl}: {@code
   * {"epoch":0,"learningRate":1.0E-6,"loss":2.3,"seconds":1.2}}, with {@code "split"} and {@code
   * "accuracy"} where the epoch ended with a scoring.
   *
   * @param evalSplit split that was scored
   */
  static void writeHistory(OutputStream out, List<EpochRecord> history, String evalSplit)
      throws IOException {
    for (EpochRecord epoch : history) {
      ObjectNode line =
          JSON.createObjectNode()
              .put("epoch", epoch.epoch())
              .put("learningRate", epoch.learningRate())
              .put("loss", epoch.loss())
              .put("seconds", epoch.seconds());
      if (epoch.evalScore().isPresent()) {
        line.put("split", evalSplit).put("accuracy", epoch.evalScore().getAsDouble());
      }
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * Writes TensorBoard scalars {@code train/loss}, {@code train/learning_rate} and {@code
   * <split>/accuracy}; the step is the epoch.
   *
   * @param endSeconds wall time of the last epoch's end, seconds since 1970
   */
  static void writeEvents(
      OutputStream out, List<EpochRecord> history, String evalSplit, double endSeconds)
      throws IOException {
    double at = endSeconds - history.stream().mapToDouble(EpochRecord::seconds).sum();
    // Closing is left to the caller, whose stream it is.
    TfRecordWriter writer = new TfRecordWriter(out);
    writer.write(
        Event.newBuilder().setWallTime(at).setFileVersion(FILE_VERSION).build().toByteArray());
    for (EpochRecord epoch : history) {
      at += epoch.seconds();
      Summary.Builder summary =
          Summary.newBuilder()
              .addValue(scalar("train/loss", epoch.loss()))
              .addValue(scalar("train/learning_rate", epoch.learningRate()));
      if (epoch.evalScore().isPresent()) {
        summary.addValue(scalar(evalSplit + "/accuracy", epoch.evalScore().getAsDouble()));
      }
      writer.write(
          Event.newBuilder()
              .setWallTime(at)
              .setStep(epoch.epoch())
              .setSummary(summary)
              .build()
              .toByteArray());
    }
  }

  private static Summary.Value scalar(String tag, double value) {
    return Summary.Value.newBuilder().setTag(tag).setSimpleValue((float) value).build();
  }
}

package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.train.EpochRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFOutOfRangeException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.io.FifoQueue;
import org.tensorflow.op.io.ReaderRead;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;
import org.tensorflow.types.TString;

class TrainingLogTest {
  private static final List<EpochRecord> HISTORY =
      List.of(
          new EpochRecord(0, 1e-6, 2.5, OptionalDouble.empty(), 3),
          new EpochRecord(1, 1e-3, 2, OptionalDouble.of(0.25), 4));

  @Test
  void writeHistory_epochs_areALineEach() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TrainingLog.writeHistory(out, HISTORY, "test");
    assertThat(out.toString(UTF_8))
        .isEqualTo(
            """
            {"epoch":0,"learningRate":1.0E-6,"loss":2.5,"seconds":3.0}
            {"epoch":1,"learningRate":0.001,"loss":2.0,"seconds":4.0,"split":"test","accuracy":0.25}
            """);
  }

  @Test
  void writeEvents_epochs_areScalarsThatTensorFlowReads(@TempDir Path folder) throws IOException {
    List<Event> events = readByTensorFlow(write(folder));
    assertThat(events).hasSize(3);
    assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
    assertThat(events.get(0).getWallTime()).isEqualTo(993.0);
    assertThat(scalars(events.get(1)))
        .containsExactly("train/loss", 2.5f, "train/learning_rate", 1e-6f);
    assertThat(events.get(1).getWallTime()).isEqualTo(996.0);
    assertThat(events.get(1).getStep()).isEqualTo(0);
    assertThat(scalars(events.get(2)))
        .containsExactly("train/loss", 2f, "train/learning_rate", 1e-3f, "test/accuracy", 0.25f);
    assertThat(events.get(2).getWallTime()).isEqualTo(1000.0);
    assertThat(events.get(2).getStep()).isEqualTo(1);
  }

  /** The reader above checks what it reads: each record has a checksum of its own. */
  @Test
  void writeEvents_aByteChangedAfterwards_isNoticed(@TempDir Path folder) throws IOException {
    Path file = write(folder);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 8] ^= 1; // the last record's text ends before its checksum of four bytes
    Files.write(file, bytes);
    assertThat(assertThrows(TensorFlowException.class, () -> readByTensorFlow(file)))
        .hasMessageThat()
        .contains("corrupted record");
  }

  private static Path write(Path folder) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TrainingLog.writeEvents(out, HISTORY, "test", 1000);
    return Files.write(folder.resolve(TrainingLog.EVENTS), out.toByteArray());
  }

  private static Map<String, Float> scalars(Event event) {
    return event.getSummary().getValueList().stream()
        .collect(Collectors.toMap(Summary.Value::getTag, Summary.Value::getSimpleValue));
  }

  /** Record by record, with the reader and the messages that TensorFlow itself has for them. */
  private static List<Event> readByTensorFlow(Path file) throws IOException {
    List<Event> events = new ArrayList<>();
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      FifoQueue files = tf.io.fifoQueue(List.of(TString.class));
      Op add = tf.io.queueEnqueue(files, List.of(tf.constant(file.toString())));
      Op end = tf.io.queueClose(files);
      ReaderRead record = tf.io.readerRead(tf.io.tfRecordReader(), files);
      try (Session session = new Session(graph, TensorFlowRuntime.singleThread().sessionConfig())) {
        session.runner().addTarget(add).run().close();
        session.runner().addTarget(end).run().close();
        while (true) {
          try (var result = session.runner().fetch(record.value()).run()) {
            events.add(Event.parseFrom(((TString) result.get(0)).asBytes().getObject()));
          }
        }
      } catch (TFOutOfRangeException e) {
        return events;
      }
    }
  }
}

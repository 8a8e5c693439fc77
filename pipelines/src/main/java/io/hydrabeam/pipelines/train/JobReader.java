package io.hydrabeam.pipelines.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.util.JsonFormat;
import io.hydrabeam.model.train.EpochRecord;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.SweepPoint;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Reads what a finished job's folder tells of its training. */
public final class JobReader {
  private static final int LIMIT_BYTES = 1 << 26;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String folder;

  private JobReader(String folder) {
    this.folder = folder;
  }

  /** Of the job in {@code folder}, which is {@code <runs>/<runId>/<task>/<jobId>}. */
  public static JobReader at(String folder) {
    return new JobReader(folder);
  }

  /**
   * The epochs, in order.
   *
   * @throws FileNotFoundException where there is no history
   * @throws IOException also if a line is not an epoch, with its number
   */
  public List<EpochRecord> history() throws IOException {
    String file = Storage.resolve(folder, TrainingLog.HISTORY);
    List<EpochRecord> epochs = new ArrayList<>();
    for (String line : lines(file)) {
      epochs.add(epoch(file, epochs.size() + 1, line));
    }
    return epochs;
  }

  /** What a sweep tried, in the order of its search; empty where nothing was swept. */
  public List<SweepPoint> sweep() throws IOException {
    List<SweepPoint> points = new ArrayList<>();
    try {
      for (String line : lines(Storage.resolve(folder, JobFiles.SWEEP))) {
        SweepPoint.Builder point = SweepPoint.newBuilder();
        JsonFormat.parser().ignoringUnknownFields().merge(line, point);
        points.add(point.build());
      }
      return points;
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /**
   * Jobs that were trained in the same graph, this one included; 0 where it was alone, or where
   * that is not known.
   */
  public int stacked() throws IOException {
    return ArtifactFolder.at(folder)
        .read(JobResult.getDefaultInstance())
        .map(JobResult::getStacked)
        .orElse(0);
  }

  private static EpochRecord epoch(String file, int number, String line) throws IOException {
    JsonNode node;
    try {
      node = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IOException("%s:%d is not JSON".formatted(file, number), e);
    }
    JsonNode loss = node.path("loss");
    JsonNode rate = node.path("learningRate");
    if (!node.path("epoch").isInt() || !loss.isNumber() || !rate.isNumber()) {
      throw new IOException("%s:%d lacks epoch, loss or learningRate".formatted(file, number));
    }
    JsonNode score = node.path("accuracy");
    return new EpochRecord(
        node.path("epoch").intValue(),
        rate.doubleValue(),
        loss.doubleValue(),
        score.isNumber() ? OptionalDouble.of(score.doubleValue()) : OptionalDouble.empty(),
        node.path("seconds").asDouble(0));
  }

  private static List<String> lines(String file) throws IOException {
    return new String(Storage.read(file, LIMIT_BYTES), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }
}

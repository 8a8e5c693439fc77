package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HashingOutputStream;
import io.hydrabeam.pipelines.common.MultisetHash;
import io.hydrabeam.pipelines.records.TfRecordWriter;
import io.hydrabeam.pipelines.sentences.SentenceFiles;
import io.hydrabeam.pipelines.storage.Replacement;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.ShardSummary;
import io.hydrabeam.protos.Task;
import java.io.BufferedOutputStream;
import java.io.IOException;

/**
 * A shard that is being written, image after image. The file appears when it is finished, and after
 * it its summary, without which it counts for nothing.
 */
final class OpenShard implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 17;

  private final SplitPlan plan;
  private final String summaryPath;
  private final ShardSummary.Builder summary;
  private final Replacement file;
  private final HashingOutputStream hashed;
  private final TfRecordWriter writer;
  private final MultisetHash content = new MultisetHash();
  private final long[] classes;

  /**
   * Begins a shard.
   *
   * @param path that the file is to have
   * @param summaryPath that the summary is to have
   */
  OpenShard(SplitPlan plan, int shard, String path, String summaryPath) throws IOException {
    this.plan = plan;
    this.summaryPath = summaryPath;
    this.classes = new long[plan.task().getClasses()];
    this.summary =
        ShardSummary.newBuilder()
            .setTask(plan.task().getName())
            .setSplit(plan.split())
            .setShard(shard)
            .setShards(plan.shards())
            .setPath(path);
    this.file = Replacement.of(path);
    this.hashed = new HashingOutputStream(file.out());
    this.writer = new TfRecordWriter(new BufferedOutputStream(hashed, BUFFER_BYTES));
  }

  void append(PreparedRecord image) throws IOException {
    writer.write(image.record());
    countRow(image.digest().getKey());
    if (image.png()) {
      summary.setPngImages(summary.getPngImages() + 1);
    }
    if (image.tokens() > 0) {
      addLength(image.tokens());
    }
    if (image.cut()) {
      summary.setCutTexts(summary.getCutTexts() + 1);
    }
    content.add(image.contentHash());
    image.digest().getLabelList().forEach(label -> classes[label]++);
    summary.addImage(image.digest());
  }

  private void addLength(int tokens) {
    while (summary.getLengthCountCount() <= tokens) {
      summary.addLengthCount(0);
    }
    summary.setLengthCount(tokens, summary.getLengthCount(tokens) + 1);
  }

  /** Whether predictions are of all rows of a table can be told by their number only. */
  private void countRow(String key) {
    if (plan.split().equals(Splits.HIDDEN)) {
      String part = SentenceFiles.part(key);
      summary.putTableRows(part, summary.getTableRowsOrDefault(part, 0) + 1);
    }
  }

  /** Notes an image that is of no use. */
  void reject(ImageReference reference, String reason) {
    countRow(reference.getKey());
    summary.addBad(
        Failure.newBuilder().setWhat(what(plan.task(), reference)).setReason(reason).build());
  }

  /** Task, list and line, and path of an image, for messages. */
  static String what(Task task, ImageReference reference) {
    String place = task.getName() + "/" + reference.getWhere();
    // A row's key names its place.
    return reference.getKey().endsWith(":" + reference.getWhere())
        ? place
        : place + ": " + reference.getKey();
  }

  /** Ends the file and puts it and its summary in place. */
  ShardSummary finish() throws IOException {
    writer.close();
    for (long count : classes) {
      summary.addClassCount(count);
    }
    summary.setBytes(hashed.bytes()).setFileHash(hashed.sha256()).setContentHash(content.hex());
    ShardSummary finished = summary.build();
    file.commit();
    Storage.replace(summaryPath, finished::writeTo);
    return finished;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

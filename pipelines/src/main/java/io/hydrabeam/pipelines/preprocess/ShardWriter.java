package io.hydrabeam.pipelines.preprocess;

import com.google.protobuf.ByteString;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.common.HashingOutputStream;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.MultisetHash;
import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.PillowResize;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.records.ExampleCodec;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.StorageFormat;
import io.hydrabeam.pipelines.records.TfRecordWriter;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.ImageDigest;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.ShardSummary;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Writes one shard: reads, resizes, encodes and appends image after image in order of their keys,
 * with one image in memory at a time. The file and a summary beside it keep temporary names that
 * are derived from their inputs, so that a second attempt, after a crash or in a second launch,
 * finds them and need not begin again.
 */
final class ShardWriter {
  private static final int SUMMARY_LIMIT_BYTES = 1 << 28;
  private static final int BUFFER_BYTES = 1 << 17;
  private static final int DIGEST_BYTES = 16;

  /** Raised when the same inputs would give other bytes. */
  private static final String VERSION = "shard 1";

  private final SplitPlan plan;
  private final ImageSource source;
  private final Listener listener;

  /** Is told of every image. */
  interface Listener {
    void stored();

    void rejected();
  }

  ShardWriter(SplitPlan plan, ImageSource source, Listener listener) {
    this.plan = plan;
    this.source = source;
    this.listener = listener;
  }

  /**
   * Makes a shard, or finds it made.
   *
   * @param references its images, ordered by key
   */
  ShardSummary write(int shard, List<ImageReference> references) throws IOException {
    ArtifactFolder folder = ArtifactFolder.at(plan.folder());
    String name =
        ExampleFolder.shardName(plan.task().getName(), plan.split(), shard, plan.shards());
    String path = folder.file(unfinished(fingerprint(references), name));
    String summaryPath = path + ".summary";
    Optional<ShardSummary> made = made(path, summaryPath);
    if (made.isPresent()) {
      made.get().getImageList().forEach(image -> listener.stored());
      made.get().getBadList().forEach(bad -> listener.rejected());
      return made.get();
    }
    ShardSummary.Builder summary =
        ShardSummary.newBuilder()
            .setTask(plan.task().getName())
            .setSplit(plan.split())
            .setShard(shard)
            .setShards(plan.shards())
            .setPath(path);
    Storage.replace(path, out -> writeRecords(out, references, summary));
    Storage.replace(summaryPath, out -> summary.build().writeTo(out));
    return summary.build();
  }

  private static String unfinished(String attempt, String name) {
    return ArtifactFolder.UNFINISHED + attempt + '-' + name;
  }

  private Optional<ShardSummary> made(String path, String summaryPath) throws IOException {
    ShardSummary summary;
    try {
      summary = ShardSummary.parseFrom(Storage.read(summaryPath, SUMMARY_LIMIT_BYTES));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    boolean whole =
        Storage.find(path).map(file -> file.sizeBytes() == summary.getBytes()).orElse(false);
    return whole ? Optional.of(summary) : Optional.empty();
  }

  /** Hash of everything that determines the shard's bytes. */
  private String fingerprint(List<ImageReference> references) {
    MessageDigest digest = Hashing.sha256();
    Hashing.putText(digest, VERSION);
    Hashing.putText(digest, source.identity());
    Hashing.putText(digest, plan.format().text());
    Hashing.putInt(digest, plan.imageOptions().getImageSize());
    Hashing.putInt(digest, plan.imageOptions().getResizeValue());
    Hashing.putInt(digest, plan.task().getClasses());
    references.forEach(reference -> PreprocessPlan.putReference(digest, reference));
    return Hashing.hex(Arrays.copyOf(digest.digest(), DIGEST_BYTES));
  }

  private void writeRecords(
      OutputStream out, List<ImageReference> references, ShardSummary.Builder summary)
      throws IOException {
    MultisetHash content = new MultisetHash();
    long[] classes = new long[plan.task().getClasses()];
    HashingOutputStream hashed = new HashingOutputStream(out);
    try (TfRecordWriter writer =
        new TfRecordWriter(new BufferedOutputStream(hashed, BUFFER_BYTES))) {
      for (ImageReference reference : references) {
        try {
          append(reference, writer, content, classes, summary);
          listener.stored();
        } catch (BadImageException e) {
          summary.addBad(failure(reference, e.reason()));
          listener.rejected();
        }
      }
    }
    for (long count : classes) {
      summary.addClassCount(count);
    }
    summary.setBytes(hashed.bytes()).setFileHash(hashed.sha256()).setContentHash(content.hex());
  }

  private void append(
      ImageReference reference,
      TfRecordWriter writer,
      MultisetHash content,
      long[] classes,
      ShardSummary.Builder summary)
      throws IOException, BadImageException {
    if (!reference.getProblem().isEmpty()) {
      throw new BadImageException(reference.getProblem());
    }
    ImageSource.SourceImage read = read(reference);
    RgbImage target =
        PillowResize.toSquare(
            read.image(), plan.imageOptions().getResize(), plan.imageOptions().getImageSize());
    ExampleCodec.EncodedExample record =
        ExampleCodec.encode(reference.getKey(), read.labels(), read.image(), target, plan.format());
    writer.write(record.bytes());
    if (record.stored() == StorageFormat.PNG) {
      summary.setPngImages(summary.getPngImages() + 1);
    }
    byte[] pixels = Hashing.sha256().digest(target.rgb());
    content.add(recordHash(reference.getKey(), read.labels(), pixels));
    read.labels().forEach(label -> classes[label]++);
    summary.addImage(
        ImageDigest.newBuilder()
            .setKey(reference.getKey())
            .addAllLabel(read.labels())
            .setPixels(ByteString.copyFrom(pixels, 0, DIGEST_BYTES)));
  }

  private ImageSource.SourceImage read(ImageReference reference) throws BadImageException {
    try {
      return source.read(plan.task(), plan.split(), reference);
    } catch (IOException e) {
      throw HydraException.io("read", what(reference), e);
    }
  }

  /** Over pixels at the target size, so that the way in which they are stored does not matter. */
  private static byte[] recordHash(String key, List<Integer> labels, byte[] pixels) {
    MessageDigest digest = Hashing.sha256();
    Hashing.putText(digest, key);
    labels.forEach(label -> Hashing.putInt(digest, label));
    digest.update(pixels);
    return digest.digest();
  }

  private Failure failure(ImageReference reference, String reason) {
    return Failure.newBuilder()
        .setWhat(
            "%s/%s: %s".formatted(plan.task().getName(), reference.getWhere(), reference.getKey()))
        .setReason(reason)
        .build();
  }

  /** Task, list and line, and path of an image, for messages. */
  private String what(ImageReference reference) {
    return "%s/%s: %s".formatted(plan.task().getName(), reference.getWhere(), reference.getKey());
  }
}

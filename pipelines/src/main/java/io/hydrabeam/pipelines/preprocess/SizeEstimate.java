package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.image.PillowResize;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.records.ExampleCodec;
import io.hydrabeam.pipelines.records.StorageFormat;
import io.hydrabeam.pipelines.records.TfRecordWriter;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Estimates the bytes of a split's records from a few of its images, evenly spaced by key. */
final class SizeEstimate {
  private static final int PROBES = 8;

  private final ImageSource source;
  private final Task task;
  private final ImageOptions options;
  private final StorageFormat format;

  SizeEstimate(ImageSource source, Task task, ImageOptions options, StorageFormat format) {
    this.source = source;
    this.task = task;
    this.options = options;
    this.format = format;
  }

  /**
   * Bytes of all records.
   *
   * @param references of the split, ordered by key
   */
  long bytes(String split, List<ImageReference> references) throws IOException {
    List<ImageReference> probes = new ArrayList<>();
    int count = Math.min(PROBES, references.size());
    for (int i = 0; i < count; i++) {
      ImageReference reference = references.get((int) ((long) i * references.size() / count));
      if (reference.getProblem().isEmpty()) {
        probes.add(reference);
      }
    }
    List<ImageSource.SourceImage> images = source.probe(task, split, probes);
    long sum = images.stream().mapToLong(this::bytes).sum();
    long each = images.isEmpty() ? rawBytes() : sum / images.size();
    return each * references.size();
  }

  private long bytes(ImageSource.SourceImage read) {
    RgbImage target =
        PillowResize.toSquare(read.image(), options.getResize(), options.getImageSize());
    byte[] record = ExampleCodec.encode("", read.labels(), read.image(), target, format).bytes();
    return TfRecordWriter.storedBytes(record.length);
  }

  private long rawBytes() {
    return (long) options.getImageSize() * options.getImageSize() * RgbImage.CHANNELS;
  }
}

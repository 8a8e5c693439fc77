package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.PillowResize;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.records.ExampleCodec;
import io.hydrabeam.pipelines.records.StorageFormat;
import io.hydrabeam.pipelines.records.TfRecordWriter;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

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
    long sum = 0;
    int read = 0;
    int probes = Math.min(PROBES, references.size());
    for (int i = 0; i < probes; i++) {
      ImageReference reference = references.get((int) ((long) i * references.size() / probes));
      if (reference.getProblem().isEmpty()) {
        OptionalLong bytes = bytes(split, reference);
        sum += bytes.orElse(0);
        read += bytes.isPresent() ? 1 : 0;
      }
    }
    long each = read > 0 ? sum / read : rawBytes();
    return each * references.size();
  }

  /** Empty for an image of no use, which will be listed when it is to be stored. */
  private OptionalLong bytes(String split, ImageReference reference) throws IOException {
    ImageSource.SourceImage read;
    try {
      read = source.read(task, split, reference);
    } catch (BadImageException e) {
      return OptionalLong.empty();
    }
    RgbImage target =
        PillowResize.toSquare(read.image(), options.getResize(), options.getImageSize());
    byte[] record =
        ExampleCodec.encode(reference.getKey(), read.labels(), read.image(), target, format)
            .bytes();
    return OptionalLong.of(TfRecordWriter.storedBytes(record.length));
  }

  private long rawBytes() {
    return (long) options.getImageSize() * options.getImageSize() * RgbImage.CHANNELS;
  }
}

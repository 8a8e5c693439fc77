package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.ShardSummary;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Writes one shard: reads, resizes, encodes and appends image after image in order of their keys,
 * with one image in memory at a time.
 */
final class ShardWriter {
  private final SplitPlan plan;
  private final AddressedSource source;
  private final Listener listener;

  /** Is told of every image. */
  interface Listener {
    void stored();

    void rejected();

    /** Tells of the images of a shard that was written before. */
    default void found(ShardSummary made) {
      made.getImageList().forEach(image -> stored());
      made.getBadList().forEach(bad -> rejected());
    }
  }

  ShardWriter(SplitPlan plan, AddressedSource source, Listener listener) {
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
    ShardFile file = ShardFile.of(plan, source, shard, references);
    Optional<ShardSummary> made = file.made();
    if (made.isPresent()) {
      listener.found(made.get());
      return made.get();
    }
    try (OpenShard open = file.open()) {
      for (ImageReference reference : references) {
        try {
          open.append(prepare(reference));
          listener.stored();
        } catch (BadImageException e) {
          open.reject(reference, e.reason());
          listener.rejected();
        }
      }
      return open.finish();
    }
  }

  private PreparedRecord prepare(ImageReference reference) throws BadImageException {
    if (!reference.getProblem().isEmpty()) {
      throw new BadImageException(reference.getProblem());
    }
    return PreparedImage.of(plan, reference.getKey(), read(reference));
  }

  private ImageSource.SourceImage read(ImageReference reference) throws BadImageException {
    try {
      return source.read(plan.task(), plan.split(), reference);
    } catch (IOException e) {
      throw HydraException.io("read", OpenShard.what(plan.task(), reference), e);
    }
  }
}

package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.common.Progress;
import java.io.Serializable;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;

/** Counts records for the runner's own display and for the progress line. */
final class ImageCounters implements ShardWriter.Listener, Serializable {
  private static final long serialVersionUID = 1L;

  private final Counter stored = Metrics.counter(WriteShardFn.class, "imagesStored");
  private final Counter rejected = Metrics.counter(WriteShardFn.class, "imagesRejected");

  private final RecordKind kind;

  ImageCounters(RecordKind kind) {
    this.kind = kind;
  }

  @Override
  public void stored() {
    stored.inc();
    progress().done(1);
  }

  @Override
  public void rejected() {
    rejected.inc();
    progress().failed(1);
  }

  private Progress progress() {
    return Progress.of(PreprocessPipeline.STAGE, kind.many());
  }
}

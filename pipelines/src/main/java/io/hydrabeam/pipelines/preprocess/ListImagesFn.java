package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.protos.ImageReference;
import java.io.IOException;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/** A split's id to its images, each under the name of its shard. */
final class ListImagesFn extends DoFn<String, KV<String, ImageReference>> {
  private static final long serialVersionUID = 1L;

  private final Plans<SplitPlan> plans;
  private final ImageSource source;

  ListImagesFn(Plans<SplitPlan> plans, ImageSource source) {
    this.plans = plans;
    this.source = source;
  }

  @Setup
  public void open() {
    source.open();
  }

  @Teardown
  public void close() {
    source.close();
  }

  @ProcessElement
  public void process(@Element String id, OutputReceiver<KV<String, ImageReference>> out)
      throws IOException {
    SplitPlan plan = plans.get(id);
    for (int shard = 0; shard < plan.shards(); shard++) {
      out.output(KV.of(ShardName.of(id, shard), ImageReference.getDefaultInstance()));
    }
    for (ImageReference reference : source.references(plan.task(), plan.variant(), plan.split())) {
      out.output(KV.of(ShardName.of(id, plan.shardOf(reference.getKey())), reference));
    }
  }
}

package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.protos.ImageReference;
import java.io.IOException;
import org.apache.beam.sdk.values.KV;

/** A split's id to its images, each under the name of its shard. */
final class ListImagesFn extends SourceFn<String, KV<String, ImageReference>, ImageSource> {
  private static final long serialVersionUID = 1L;

  private final Plans<SplitPlan> plans;

  ListImagesFn(Plans<SplitPlan> plans, ImageSource source) {
    super(source);
    this.plans = plans;
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

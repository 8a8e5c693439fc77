package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.ShardSummary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.beam.sdk.values.KV;

/** A shard's images to the written shard, under its folder's id. */
final class WriteShardFn
    extends SourceFn<
        KV<String, Iterable<ImageReference>>, KV<String, ShardSummary>, AddressedSource> {
  private static final long serialVersionUID = 1L;

  private final Plans<SplitPlan> plans;
  private final ImageCounters counters = new ImageCounters(RecordKind.IMAGE);

  WriteShardFn(Plans<SplitPlan> plans, AddressedSource source) {
    super(source);
    this.plans = plans;
  }

  @ProcessElement
  public void process(
      @Element KV<String, Iterable<ImageReference>> shard,
      OutputReceiver<KV<String, ShardSummary>> out) {
    SplitPlan plan = plans.get(ShardName.splitId(shard.getKey()));
    List<ImageReference> references = new ArrayList<>();
    for (ImageReference reference : shard.getValue()) {
      if (!reference.getKey().isEmpty()) {
        references.add(reference);
      }
    }
    references.sort(Comparator.comparing(ImageReference::getKey));
    try {
      ShardSummary summary =
          new ShardWriter(plan, source, counters)
              .write(ShardName.shard(shard.getKey()), references);
      out.output(KV.of(plan.folderId(), summary));
    } catch (IOException e) {
      if (isFinished(plan.folder())) {
        return; // another launch of the same command was first, and swept this one's files
      }
      throw HydraException.io("store images in", plan.folder(), e);
    }
  }

  /** Whether a folder holds finished data. */
  static boolean isFinished(String folder) {
    try {
      return ArtifactFolder.at(folder).read(DatasetInfo.getDefaultInstance()).isPresent();
    } catch (IOException e) {
      return false;
    }
  }
}

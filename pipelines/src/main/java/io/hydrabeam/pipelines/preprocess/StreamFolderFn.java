package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.ShardSummary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.beam.sdk.values.KV;

/**
 * A folder's id to its written shards. Archives that can only be read from front to back are read
 * once, with all shards of all splits open.
 */
final class StreamFolderFn extends SourceFn<String, KV<String, ShardSummary>, StreamedSource> {
  private static final long serialVersionUID = 1L;

  private final Plans<SplitPlan> plans;
  private final Plans<CommitPlan> folders;
  private final ImageCounters counters;

  StreamFolderFn(Plans<SplitPlan> plans, Plans<CommitPlan> folders, StreamedSource source) {
    super(source);
    this.counters = new ImageCounters(source.kind());
    this.plans = plans;
    this.folders = folders;
  }

  /** An image's place: the shard that is to have it. */
  private record Place(SplitPlan plan, OpenShard shard, ImageReference reference) {}

  @ProcessElement
  public void process(@Element String id, OutputReceiver<KV<String, ShardSummary>> out) {
    CommitPlan folder = folders.get(id);
    try {
      for (ShardSummary summary : write(id, folder)) {
        out.output(KV.of(id, summary));
      }
    } catch (IOException e) {
      if (WriteShardFn.isFinished(folder.folder())) {
        return; // another launch of the same command was first, and swept this one's files
      }
      throw HydraException.io("store records in", folder.folder(), e);
    }
  }

  private List<ShardSummary> write(String id, CommitPlan folder) throws IOException {
    List<ShardSummary> summaries = new ArrayList<>();
    Map<String, List<Place>> places = new HashMap<>();
    List<OpenShard> shards = new ArrayList<>();
    try {
      for (String split : folder.splits()) {
        SplitPlan plan = plans.get(id + '/' + split);
        for (Map.Entry<Integer, List<ImageReference>> shard : byShard(plan).entrySet()) {
          ShardFile file = ShardFile.of(plan, source, shard.getKey(), shard.getValue());
          Optional<ShardSummary> made = file.made();
          if (made.isPresent()) {
            counters.found(made.get());
            summaries.add(made.get());
            continue;
          }
          OpenShard open = file.open();
          shards.add(open);
          for (ImageReference reference : shard.getValue()) {
            if (!reference.getProblem().isEmpty()) {
              open.reject(reference, reference.getProblem());
              counters.rejected();
              continue;
            }
            places
                .computeIfAbsent(reference.getKey(), key -> new ArrayList<>(2))
                .add(new Place(plan, open, reference));
          }
        }
      }
      if (!places.isEmpty()) {
        store(folder, places);
      }
      for (OpenShard shard : shards) {
        summaries.add(shard.finish());
      }
      return summaries;
    } finally {
      for (OpenShard shard : shards) {
        shard.close();
      }
    }
  }

  /** The images of every shard in order of their keys; none is no less a shard. */
  private Map<Integer, List<ImageReference>> byShard(SplitPlan plan) throws IOException {
    Map<Integer, List<ImageReference>> shards = new TreeMap<>();
    for (int shard = 0; shard < plan.shards(); shard++) {
      shards.put(shard, new ArrayList<>());
    }
    List<ImageReference> references =
        new ArrayList<>(source.references(plan.task(), plan.variant(), plan.split()));
    references.sort(Comparator.comparing(ImageReference::getKey));
    for (ImageReference reference : references) {
      shards
          .computeIfAbsent(plan.shardOf(reference.getKey()), shard -> new ArrayList<>())
          .add(reference);
    }
    return shards;
  }

  /** Passes over the archive, and takes out what has a place. */
  private void store(CommitPlan folder, Map<String, List<Place>> places) throws IOException {
    try (InOrder<Made> inOrder = new InOrder<>(source.together(), this::append)) {
      source.stream(
          folder.task(),
          folder.splits(),
          (key, record) -> {
            List<Place> wanting = places.remove(key);
            if (wanting != null) {
              inOrder.add(prepare(wanting, record));
            }
            return !places.isEmpty();
          });
      inOrder.finish();
    }
    if (!places.isEmpty()) {
      throw HydraException.failed(
          "%s: %s is not in the archives%s"
              .formatted(
                  folder.task().getName(),
                  places.keySet().stream().sorted().findFirst().orElseThrow(),
                  places.size() == 1 ? "" : " (nor are %d others)".formatted(places.size() - 1)));
    }
  }

  /** An image as the shards take it, or why it is of no use. */
  private record Made(List<Place> places, Optional<PreparedRecord> image, String problem) {}

  private InOrder.Work<Made> prepare(List<Place> places, StreamedSource.Passed record)
      throws IOException {
    Place first = places.get(0);
    StreamedSource.Preparation preparation;
    try {
      preparation = record.fetch();
    } catch (BadImageException e) {
      return () -> new Made(places, Optional.empty(), e.reason());
    }
    return () -> {
      try {
        return new Made(
            places, Optional.of(preparation.prepare(first.plan(), first.reference())), "");
      } catch (BadImageException e) {
        return new Made(places, Optional.empty(), e.reason());
      }
    };
  }

  private void append(Made made) throws IOException {
    for (Place place : made.places()) {
      if (made.image().isPresent()) {
        place.shard().append(made.image().get());
        counters.stored();
      } else {
        place.shard().reject(place.reference(), made.problem());
        counters.rejected();
      }
    }
  }
}

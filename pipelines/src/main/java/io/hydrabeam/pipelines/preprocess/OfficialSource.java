package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.fewshot.Variant;
import io.hydrabeam.pipelines.originals.OfficialSample;
import io.hydrabeam.pipelines.originals.OriginalFiles;
import io.hydrabeam.pipelines.originals.Pixels;
import io.hydrabeam.pipelines.originals.PublishedData;
import io.hydrabeam.pipelines.originals.PublishedDatasets;
import io.hydrabeam.pipelines.originals.TfdsFolder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.Archive;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Slice;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.jspecify.annotations.Nullable;

/**
 * The benchmark's official images, taken from what the data sets' owners publish or from what
 * TensorFlow Datasets has prepared.
 */
final class OfficialSource implements StreamedSource {
  private static final long serialVersionUID = 1L;
  private static final int PROBES = 8;

  /** Samples that are remembered; each has some megabytes. */
  private static final int KNOWN_MOST = 24;

  private static final Map<String, OfficialSample> KNOWN = new LinkedHashMap<>();

  private final String root;

  /** The prepared version of each task's data set; null where archives are read. */
  private final @Nullable HashMap<String, String> versions;

  private OfficialSource(String root, @Nullable Map<String, String> versions) {
    this.root = root;
    this.versions = versions == null ? null : new HashMap<>(versions);
  }

  /** Reads the owners' archives in a folder. */
  static OfficialSource archives(String root) {
    return new OfficialSource(root, null);
  }

  /**
   * Reads a data directory of TensorFlow Datasets.
   *
   * @throws HydraException usage, naming a task whose data set is not there
   */
  static OfficialSource prepared(String root, List<Task> tasks) throws IOException {
    Map<String, String> versions = new HashMap<>();
    for (Task task : tasks) {
      String folder =
          version(root, task)
              .orElseThrow(
                  () ->
                      HydraException.usage(
                          "%s: no version %s with a dataset_info.json; task %s is made from it"
                              .formatted(
                                  Storage.resolve(root, task.getOriginal().getDataset()),
                                  task.getOriginal().getVersion(),
                                  task.getName())));
      versions.put(task.getName(), folder);
    }
    return new OfficialSource(root, versions);
  }

  /** The folder of a task's prepared data set. */
  static Optional<String> version(String root, Task task) throws IOException {
    return TfdsFolder.find(root, task.getOriginal().getDataset(), task.getOriginal().getVersion());
  }

  @Override
  public String identity() {
    return versions == null ? "published archives, version 1" : "TFDS directory, version 1";
  }

  private PublishedData data(Task task) {
    if (versions == null) {
      return PublishedDatasets.archives(root, task);
    }
    String folder = versions.get(task.getName());
    if (folder == null) {
      throw new IllegalStateException("no version for task " + task.getName());
    }
    return PublishedDatasets.prepared(folder, task);
  }

  /** Lists are made once in a process: by the plan, by whoever stores, by whoever finishes. */
  private OfficialSample sample(Task task) throws IOException {
    String key =
        Hashing.sha256Hex(List.of(identity(), root, task.toString(), state(task, Variant.FIXED)));
    synchronized (KNOWN) {
      OfficialSample known = KNOWN.get(key);
      if (known != null) {
        return known;
      }
    }
    OfficialSample sample = OfficialSample.of(task, data(task));
    synchronized (KNOWN) {
      KNOWN.put(key, sample);
      if (KNOWN.size() > KNOWN_MOST) {
        KNOWN.remove(KNOWN.keySet().iterator().next());
      }
    }
    return sample;
  }

  private List<OfficialSample.Image> images(Task task, String split) throws IOException {
    Map<String, List<OfficialSample.Image>> bySplit = sample(task).bySplit();
    List<OfficialSample.Image> images = new ArrayList<>();
    if (split.equals(Splits.TRAIN_VALIDATION)) {
      images.addAll(bySplit.getOrDefault(Splits.TRAIN, List.of()));
      images.addAll(bySplit.getOrDefault(Splits.VALIDATION, List.of()));
    } else {
      images.addAll(bySplit.getOrDefault(split, List.of()));
    }
    return images;
  }

  @Override
  public List<ImageReference> references(Task task, Variant variant, String split)
      throws IOException {
    List<OfficialSample.Image> images = images(task, split);
    Integer expected = task.getSplitSizeMap().get(split);
    if (images.isEmpty() || (expected != null && expected != images.size())) {
      throw HydraException.usage(
          "task %s: %s would have %,d images; the catalog says %s"
              .formatted(
                  task.getName(), split, images.size(), expected == null ? "some" : expected));
    }
    List<ImageReference> references = new ArrayList<>(images.size());
    for (OfficialSample.Image image : images) {
      references.add(
          ImageReference.newBuilder()
              .setKey(image.fullKey())
              .addLabel(image.label())
              .setWhere(split)
              .build());
    }
    return references;
  }

  /** The state of the files stands for that of every image. */
  @Override
  public String state(Task task, Variant variant) throws IOException {
    Map<String, MatchResult.Metadata> files = new TreeMap<>();
    OriginalFiles archives = PublishedDatasets.files(root, task);
    for (Archive archive : task.getOriginal().getArchiveList()) {
      if (versions == null) {
        archives.find(archive.getName()).ifPresent(file -> files.put(archive.getName(), file));
      }
    }
    if (versions != null) {
      for (MatchResult.Metadata file :
          Storage.list(versions.getOrDefault(task.getName(), root), "*")) {
        files.put(String.valueOf(file.resourceId().getFilename()), file);
      }
    }
    return files.entrySet().stream()
        .map(
            file ->
                "%s %d %d"
                    .formatted(
                        file.getKey(),
                        file.getValue().sizeBytes(),
                        file.getValue().lastModifiedMillis()))
        .collect(Collectors.joining("\n"));
  }

  @Override
  public List<String> classNames(Task task) throws IOException {
    List<String> names = data(task).classNames();
    if (!names.isEmpty() && names.size() != task.getClasses()) {
      throw HydraException.usage(
          "task %s: %s has %d classes; the catalog says %d"
              .formatted(
                  task.getName(),
                  task.getOriginal().getDataset(),
                  names.size(),
                  task.getClasses()));
    }
    return names;
  }

  @Override
  public List<SourceImage> probe(Task task, String split, List<ImageReference> references)
      throws IOException {
    String published = images(task, split).get(0).split();
    return data(task).probe(published, PROBES).stream()
        .map(image -> new SourceImage(image, List.of(0)))
        .toList();
  }

  @Override
  public void stream(Task task, List<String> splits, Visitor visitor) throws IOException {
    Set<String> published =
        task.getOriginal().getSliceMap().values().stream()
            .map(Slice::getSplit)
            .collect(Collectors.toUnmodifiableSet());
    data(task)
        .visit(
            published,
            (split, key, pixels) ->
                visitor.visit(OfficialSample.fullKey(split, key), () -> prepared(pixels.fetch())));
  }

  private static Preparation prepared(Pixels.Fetched pixels) {
    return (plan, reference) ->
        PreparedImage.of(
            plan, reference.getKey(), new SourceImage(pixels.decode(), reference.getLabelList()));
  }

  @Override
  public Optional<SampleList> sampleList(Task task) throws IOException {
    Map<String, List<String>> bySplit = new LinkedHashMap<>();
    for (String split : Splits.ALL) {
      bySplit.put(
          split,
          images(task, split).stream()
              .map(image -> image.fullKey() + '\t' + image.label())
              .toList());
    }
    return Optional.of(new SampleList(task.getName(), bySplit));
  }

  /** Archives whose lengths are not the published ones. */
  @Override
  public List<String> notes(Task task, Map<String, Integer> sizes) throws IOException {
    List<String> notes = new ArrayList<>();
    OriginalFiles files = PublishedDatasets.files(root, task);
    for (Archive archive : task.getOriginal().getArchiveList()) {
      Optional<MatchResult.Metadata> file =
          versions == null ? files.find(archive.getName()) : Optional.empty();
      boolean other =
          file.isPresent()
              && archive.getBytes() > 0
              && file.get().resourceId().toString().endsWith(archive.getName())
              && file.get().sizeBytes() != archive.getBytes();
      if (other) {
        notes.add(
            "%s has %,d bytes, the published file has %,d (SHA-256 %s): another version?"
                .formatted(
                    file.get().resourceId(),
                    file.get().sizeBytes(),
                    archive.getBytes(),
                    archive.getSha256()));
      }
    }
    return notes;
  }
}

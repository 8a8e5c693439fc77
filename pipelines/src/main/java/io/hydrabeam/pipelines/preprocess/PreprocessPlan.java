package io.hydrabeam.pipelines.preprocess;

import com.google.common.collect.Maps;
import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.datasets.FolderTree;
import io.hydrabeam.pipelines.datasets.ImagePool;
import io.hydrabeam.pipelines.datasets.VisionDatasets;
import io.hydrabeam.pipelines.fewshot.Variant;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Layout;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Everything that is known before the first image is stored: the lists are read and checked, what
 * is finished is found, sizes are estimated. Writes nothing.
 */
public final class PreprocessPlan {
  private static final int IMAGE_SIZE_MAX = 2048;
  private static final long SHARD_BYTES_MIN = 1 << 10;

  /** Room for a start, three ends and a token of each sentence. */
  private static final int TOKENS_MIN = 6;

  /** As in the original's experiments. */
  private static final int TOKENS_DEFAULT = 512;

  private static final int LIST_LIMIT_BYTES = 1 << 28;

  private final String benchmark;
  private final ImageSource source;
  private final List<TaskPlan> tasks;
  private final List<String> lines;

  private PreprocessPlan(
      String benchmark, ImageSource source, List<TaskPlan> tasks, List<String> lines) {
    this.lines = List.copyOf(lines);
    this.benchmark = benchmark;
    this.source = source;
    this.tasks = List.copyOf(tasks);
  }

  /**
   * Plans the tasks that the options name.
   *
   * @throws HydraException if the options or lists are wrong, or a folder holds other data
   */
  public static PreprocessPlan of(PreprocessOptions options) {
    check(options);
    Catalog catalog = Catalogs.chosen(options);
    List<Task> tasks = Catalogs.select(catalog, options.getTasks());
    ImageSource source = source(options, catalog, tasks);
    List<TaskPlan> plans = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    try {
      source.check(tasks);
    } catch (IOException e) {
      throw HydraException.io("look for the tasks in", String.valueOf(options.getInput()), e);
    }
    for (Task task : tasks) {
      source.open();
      try {
        List<TaskPlan> own = plan(options, catalog, source, task);
        plans.addAll(own);
        lines.addAll(new PlanNotes(source, task).lines(own));
        lines.addAll(compare(options, source, task));
      } catch (IOException e) {
        throw HydraException.io("read the images of task", task.getName(), e);
      } finally {
        source.close();
      }
    }
    return new PreprocessPlan(catalog.getBenchmark(), source, plans, lines);
  }

  /** Compares the sample with a published list. */
  private static List<String> compare(PreprocessOptions options, ImageSource source, Task task)
      throws IOException {
    String file = options.getSampleList();
    Optional<SampleList> own = source.sampleList(task);
    if (file == null || own.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    for (SampleList published : SampleList.read(file, Storage.read(file, LIST_LIMIT_BYTES))) {
      if (published.task().equals(task.getName())) {
        lines.addAll(own.get().compare(file, published));
      }
    }
    if (lines.isEmpty()) {
      throw HydraException.usage(
          "--sampleList=%s names no image of task %s".formatted(file, task.getName()));
    }
    return lines.stream().map(line -> "%s %s".formatted(task.getName(), line)).toList();
  }

  /** What a user should know before the work begins, without line breaks. */
  public List<String> lines() {
    return lines;
  }

  /** The benchmark's name. */
  public String benchmark() {
    return benchmark;
  }

  /** Every folder, finished ones too, in the order of the catalog and of the variants. */
  public List<TaskPlan> tasks() {
    return tasks;
  }

  /** The folders that are to be made. */
  public List<TaskPlan> unfinished() {
    return tasks.stream().filter(task -> task.finished().isEmpty()).toList();
  }

  ImageSource source() {
    return source;
  }

  /** The longest sequence of tokens that is asked for. */
  static int tokens(PreprocessOptions options) {
    Integer asked = options.getMaxTokens();
    return asked == null ? TOKENS_DEFAULT : asked;
  }

  /**
   * Makes sequences no longer than a model takes, unless the user says how long they are.
   *
   * @param context of the model
   */
  public static void limitTokens(PreprocessOptions options, int context) {
    if (options.getMaxTokens() == null) {
      options.setMaxTokens(Math.min(TOKENS_DEFAULT, context));
    }
  }

  private static void check(PreprocessOptions options) {
    if (options.getImageSize() < 1 || options.getImageSize() > IMAGE_SIZE_MAX) {
      throw HydraException.usage(
          "--imageSize=%d must be in 1..%d pixels"
              .formatted(options.getImageSize(), IMAGE_SIZE_MAX));
    }
    if (options.getShardBytes() < SHARD_BYTES_MIN) {
      throw HydraException.usage(
          "--shardBytes=%d must be at least %d"
              .formatted(options.getShardBytes(), SHARD_BYTES_MIN));
    }
    if (tokens(options) < TOKENS_MIN) {
      throw HydraException.usage(
          "--maxTokens=%d must be at least %d".formatted(tokens(options), TOKENS_MIN));
    }
    if (options.getMaxBadRecords() < 0) {
      throw HydraException.usage(
          "--maxBadRecords=%d must not be negative".formatted(options.getMaxBadRecords()));
    }
  }

  private static ImageSource source(PreprocessOptions options, Catalog catalog, List<Task> tasks) {
    if (!(catalog.getLayout() == Layout.PREPARED_FOLDER && options.getInput() != null)) {
      SourceChoice.refuse(options, catalog.getBenchmark());
      if (options.getSource() != SourceKind.AUTO) {
        throw HydraException.usage(
            "--source=%s has no use for %s: its images come from one source"
                .formatted(options.getSource().text(), catalog.getBenchmark()));
      }
    }
    String input = options.getInput();
    if (options.getCatalog() == null && DrawnTasks.draws(catalog)) {
      if (input != null) {
        throw HydraException.usage(
            "the pictures of %s are drawn, so --input has no use: name your --benchmark or --catalog"
                .formatted(catalog.getBenchmark()));
      }
      return Splits.of(catalog.getLayout()).sampled()
          ? new FewShotSource(new DrawnPool(options.getGeneratorSeed()))
          : new DrawnTasks(options.getGeneratorSeed());
    }
    if (options.getRegistry() != null && catalog.getLayout() != Layout.VISION_DATASETS) {
      throw HydraException.usage(
          "--registry has no use: the images of %s are found without one"
              .formatted(catalog.getBenchmark()));
    }
    if (input == null || input.isBlank()) {
      throw HydraException.usage(
          "--input is missing: the folder with %s's %s; the command tasks --verbose tells what it must hold"
              .formatted(
                  catalog.getBenchmark(),
                  catalog.getLayout() == Layout.SENTENCE_TABLES ? "tables" : "images"));
    }
    return switch (catalog.getLayout()) {
      case PREPARED_FOLDER -> SourceChoice.of(options, tasks, input);
      case VISION_DATASETS -> new FewShotSource(new VisionDatasets(input, options.getRegistry()));
      case IMAGE_FOLDER -> new FewShotSource(new FolderTree(input));
      case SENTENCE_TABLES -> SentenceSource.of(input, vocabulary(options), tokens(options));
      case UNRECOGNIZED ->
          throw new IllegalArgumentException("layout is not known: " + catalog.getLayout());
    };
  }

  private static String vocabulary(PreprocessOptions options) {
    if (options.getVocabulary() == null) {
      throw HydraException.usage(
          "sentences become tokens by RoBERTa's vocabulary: give --vocabulary=FILE (vocab.json, with"
              + " merges.txt beside it)");
    }
    return options.getVocabulary();
  }

  /** The folders of a task: its own, one for each few-shot variant, and that of hidden records. */
  private static List<TaskPlan> plan(
      PreprocessOptions options, Catalog catalog, ImageSource source, Task task)
      throws IOException {
    List<TaskPlan> plans = new ArrayList<>();
    for (Variant variant : Variant.folders(options, catalog)) {
      plans.add(plan(options, catalog, source, task, variant));
    }
    if (source.hasHidden(task)) {
      plans.add(plan(options, catalog, source, task, Variant.HIDDEN));
    }
    if (plans.stream().anyMatch(plan -> plan.finished().isEmpty())) {
      checkProblems(options, task, Map.of(ImagePool.TRAIN, source.pool(task)));
    }
    return plans;
  }

  private static TaskPlan plan(
      PreprocessOptions options, Catalog catalog, ImageSource source, Task task, Variant variant)
      throws IOException {
    String benchmark = catalog.getBenchmark();
    Map<String, List<ImageReference>> splits = new LinkedHashMap<>();
    for (String split : variant.splits(catalog)) {
      List<ImageReference> references = new ArrayList<>(source.references(task, variant, split));
      references.sort(Comparator.comparing(ImageReference::getKey));
      splits.put(split, references);
    }
    ArtifactFolder folder =
        ExampleFolder.at(options.getExamples(), benchmark, task.getName(), variant.folder());
    List<String> classNames = source.classNames(task);
    String sourceHash = sourceHash(source, task, variant, splits);
    Optional<DatasetInfo> found =
        options.isForce()
            ? Optional.empty()
            : ExampleFolder.find(
                options.getExamples(), benchmark, task.getName(), variant.folder());
    // No training depends on hidden records: other tables, or another one of them, just take their
    // place.
    boolean outdated =
        variant.hidden() && found.isPresent() && !found.get().getSourceHash().equals(sourceHash);
    Optional<DatasetInfo> finished = outdated ? Optional.empty() : found;
    finished.ifPresent(
        info -> new FinishedFolder(folder.path(), info).check(options, task, sourceHash));
    List<SplitPlan> plans = new ArrayList<>();
    if (finished.isEmpty()) {
      checkProblems(options, task, splits);
      for (Map.Entry<String, List<ImageReference>> split : splits.entrySet()) {
        plans.add(split(options, source, task, variant, split.getKey(), split.getValue(), folder));
      }
    }
    return new TaskPlan(
        task,
        variant,
        classNames,
        folder.path(),
        sourceHash,
        Maps.transformValues(splits, PreprocessPlan::usable),
        plans,
        finished,
        outdated);
  }

  private static int usable(List<ImageReference> references) {
    return (int) references.stream().filter(reference -> reference.getProblem().isEmpty()).count();
  }

  /** Hash of the inputs as they are listed, whatever the order of the lists' lines. */
  private static String sourceHash(
      ImageSource source, Task task, Variant variant, Map<String, List<ImageReference>> splits)
      throws IOException {
    MessageDigest digest = Hashing.sha256();
    Hashing.putText(digest, source.identity());
    String state = source.state(task, variant);
    if (!state.isEmpty()) {
      Hashing.putText(digest, state);
    }
    splits.forEach(
        (split, references) -> {
          Hashing.putText(digest, split);
          Hashing.putInt(digest, references.size());
          references.forEach(reference -> putReference(digest, reference));
        });
    return Hashing.hex(digest.digest());
  }

  /** Adds what tells one state of an input from another; not the line that it stands on. */
  static void putReference(MessageDigest digest, ImageReference reference) {
    Hashing.putText(digest, reference.getKey());
    int labels = reference.getLabelCount();
    if (labels != 1) {
      Hashing.putInt(digest, -1 - labels); // No label is negative.
    }
    reference.getLabelList().forEach(label -> Hashing.putInt(digest, label));
    Hashing.putLong(digest, reference.getSourceBytes());
    Hashing.putLong(digest, reference.getModifiedMillis());
    Hashing.putText(digest, reference.getProblem());
    if (reference.getNumber() != 0) {
      Hashing.putInt(digest, Float.floatToIntBits(reference.getNumber()));
    }
    if (reference.getCrc() != 0) {
      Hashing.putLong(digest, reference.getCrc());
    }
  }

  /** Inputs that are known to be missing need no pipeline to be refused. */
  private static void checkProblems(
      PreprocessOptions options, Task task, Map<String, List<ImageReference>> splits) {
    List<String> lines = new ArrayList<>();
    for (List<ImageReference> references : splits.values()) {
      for (ImageReference reference : references) {
        if (!reference.getProblem().isEmpty()) {
          lines.add("%s: %s".formatted(OpenShard.what(task, reference), reference.getProblem()));
        }
      }
    }
    if (lines.size() > options.getMaxBadRecords()) {
      throw BadRecords.tooMany(lines, lines.size(), options.getMaxBadRecords());
    }
  }

  private static SplitPlan split(
      PreprocessOptions options,
      ImageSource source,
      Task task,
      Variant variant,
      String split,
      List<ImageReference> references,
      ArtifactFolder folder)
      throws IOException {
    ImageOptions imageOptions =
        source.options(
            ImageOptions.newBuilder()
                .setImageSize(options.getImageSize())
                .setResize(task.getResize())
                .setPixels(options.getPixels().origin())
                .build());
    OptionalLong told = source.estimatedBytes(references);
    long bytes =
        told.isPresent()
            ? told.getAsLong()
            : new SizeEstimate(source, task, imageOptions, options.getImageFormat())
                .bytes(split, references);
    int shards = SplitPlan.shards(references.size(), bytes, options.getShardBytes());
    return new SplitPlan(
        task,
        variant,
        split,
        references.size(),
        bytes,
        shards,
        imageOptions,
        options.getImageFormat(),
        folder.path());
  }
}

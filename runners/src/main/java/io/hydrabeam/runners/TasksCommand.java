package io.hydrabeam.runners;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.datasets.ImagePool;
import io.hydrabeam.pipelines.preprocess.SourceChoice;
import io.hydrabeam.pipelines.preprocess.SourceKind;
import io.hydrabeam.protos.Archive;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.Columns;
import io.hydrabeam.protos.Layout;
import io.hydrabeam.protos.Original;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Sentences;
import io.hydrabeam.protos.Slice;
import io.hydrabeam.protos.Table;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** Lists the tasks of the catalogs. */
final class TasksCommand implements Command {

  @Override
  public String name() {
    return "tasks";
  }

  @Override
  public String summary() {
    return "lists the benchmarks' tasks; --verbose tells what --input must hold";
  }

  @Override
  public Class<? extends PipelineOptions> optionsType() {
    return TasksOptions.class;
  }

  @Override
  public int run(PipelineOptions given, Terminal terminal) {
    TasksOptions options = given.as(TasksOptions.class);
    for (Catalog catalog : catalogs(options)) {
      List<Task> tasks = Catalogs.select(catalog, options.getTasks());
      terminal.out().println("benchmark " + catalog.getBenchmark());
      terminal.out().print(table(catalog, tasks));
      if (options.isVerbose()) {
        for (Task task : tasks) {
          terminal.out().print(details(catalog, task));
          terminal.out().print(found(options.getInput(), task));
        }
      }
      terminal.out().println();
    }
    return 0;
  }

  private static List<Catalog> catalogs(TasksOptions options) {
    String file = options.getCatalog();
    if (file != null) {
      return List.of(Catalogs.loadFile(file));
    }
    String benchmark = options.getBenchmark();
    if (benchmark != null) {
      return List.of(Catalogs.load(benchmark));
    }
    return Stream.of(
            Catalogs.SAMPLE,
            Catalogs.SAMPLE_FEWSHOT,
            Catalogs.VTAB1K,
            Catalogs.ELEVATER,
            Catalogs.GLUE)
        .map(Catalogs::load)
        .toList();
  }

  private static TextTable table(Catalog catalog, List<Task> tasks) {
    List<String> splits = splits(catalog.getLayout());
    List<String> heads =
        new ArrayList<>(List.of("task", "name", "group", "classes", "labels", "metric"));
    heads.addAll(splits);
    TextTable table = new TextTable(heads.toArray(String[]::new));
    for (Task task : tasks) {
      // Few-shot samples and tables have published sizes; those of prepared folders are checked.
      Map<String, Integer> sizes =
          catalog.getLayout() == Layout.PREPARED_FOLDER
              ? task.getSplitSizeMap()
              : task.getPublishedSizeMap();
      List<String> row =
          new ArrayList<>(
              List.of(
                  task.getName(),
                  Catalogs.displayName(task),
                  task.getGroup(),
                  task.getRegression() ? "number" : String.valueOf(task.getClasses()),
                  task.getMultilabel() ? "any" : "1",
                  task.getMetric().name().toLowerCase(Locale.ROOT)));
      for (String split : splits) {
        row.add(Optional.ofNullable(sizes.get(split)).map("%,d"::formatted).orElse(""));
      }
      table.add(row.toArray(String[]::new));
    }
    return table;
  }

  private static List<String> splits(Layout layout) {
    return switch (layout) {
      case PREPARED_FOLDER -> List.of(Splits.TRAIN, Splits.VALIDATION, Splits.TEST);
      case VISION_DATASETS, IMAGE_FOLDER -> List.of(ImagePool.TRAIN, ImagePool.TEST);
      case SENTENCE_TABLES -> Splits.SENTENCES.stored();
      case UNRECOGNIZED -> throw new IllegalArgumentException("layout is not known: " + layout);
    };
  }

  private static String details(Catalog catalog, Task task) {
    StringBuilder text = new StringBuilder("\n" + task.getName() + ":\n");
    text.append("  input: ").append(input(catalog, task)).append('\n');
    if (Splits.of(catalog.getLayout()).sampled()) {
      text.append(
          "  training images: sampled by --shots and --seeds, a fifth held out to choose by\n");
    }
    if (task.hasOriginal()) {
      text.append("  images: ").append(slices(task.getOriginal())).append('\n');
      text.append(sources(task.getOriginal()));
    }
    if (!task.getCaution().isEmpty()) {
      text.append("  caution: ").append(task.getCaution()).append('\n');
    }
    Recipe recipe = catalog.getRecipe().toBuilder().mergeFrom(task.getRecipe()).build();
    if (!recipe.equals(Recipe.getDefaultInstance())) {
      text.append("  recipe: ").append(fields(recipe)).append('\n');
    }
    return text.toString();
  }

  /** The other two sources that the task's images can come from. */
  private static String sources(Original original) {
    StringBuilder text = new StringBuilder();
    text.append(
        "  or TFDS: INPUT/%s/VERSION/ with dataset_info.json and TFRecords, VERSION %s\n"
            .formatted(original.getDataset(), original.getVersion()));
    text.append(
        "  or archives, in INPUT/ or INPUT/%s/:\n"
            .formatted(original.getDataset().replaceAll("/.*", "")));
    for (Archive archive : original.getArchiveList()) {
      text.append("    ").append(archive.getName());
      if (archive.getBytes() > 0) {
        text.append(", %,d bytes, SHA-256 %s".formatted(archive.getBytes(), archive.getSha256()));
      }
      if (!archive.getNote().isEmpty()) {
        text.append(": ").append(archive.getNote());
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** What of it is there. */
  private static String found(@Nullable String input, Task task) {
    StringBuilder text = new StringBuilder();
    for (SourceKind kind : SourceKind.values()) {
      if (input != null && kind != SourceKind.AUTO) {
        try {
          for (String path : SourceChoice.found(task, input, kind)) {
            text.append("  found (%s): %s\n".formatted(kind.text(), path));
          }
        } catch (IOException e) {
          throw HydraException.io("look for task %s in".formatted(task.getName()), input, e);
        }
      }
    }
    return text.toString();
  }

  /** Which published images the task is made of, in the notation of TensorFlow Datasets. */
  private static String slices(Original original) {
    return "of %s in the order of TensorFlow Datasets: %s"
        .formatted(
            original.getDataset(),
            Stream.of(Splits.TRAIN, Splits.VALIDATION, Splits.TEST)
                .map(split -> split + " = " + slice(original.getSliceOrThrow(split)))
                .collect(Collectors.joining(", ")));
  }

  private static String slice(Slice slice) {
    String from = slice.getFrom() == 0 ? "" : String.valueOf(slice.getFrom());
    String to = slice.hasTo() ? String.valueOf(slice.getTo()) : "";
    return slice.getSplit() + (from.isEmpty() && to.isEmpty() ? "" : "[" + from + ":" + to + "]");
  }

  private static String input(Catalog catalog, Task task) {
    if (catalog.getBenchmark().startsWith(Catalogs.SAMPLE)) {
      return "none, the images are drawn from seeds";
    }
    int last = task.getClasses() - 1;
    return switch (catalog.getLayout()) {
      case PREPARED_FOLDER ->
          """
          INPUT/%s/ with %s;
                   a line each: PATH LABEL, the path of a JPEG or PNG file below that folder, the label 0 to %d"""
              .formatted(
                  task.getName(),
                  Splits.ALL.stream()
                      .map(split -> split + ".txt")
                      .collect(Collectors.joining(", ")),
                  last);
      case VISION_DATASETS ->
          """
          INPUT/vision_datasets.json (or --registry=FILE), which names for data set %s a folder below INPUT with
                   an index of its train and of its test images, text or COCO, and zips or folders with the images;
                   a line of a text index: PATH LABEL or ZIP@MEMBER LABEL%s, the label 0 to %d in the order of its label file"""
              .formatted(task.getName(), task.getMultilabel() ? "[,LABEL]" : "", last);
      case IMAGE_FOLDER ->
          """
          INPUT/%s/train/CLASS/ and INPUT/%s/test/CLASS/ with JPEG or PNG files, %d classes in the order of their names"""
              .formatted(task.getName(), task.getName(), task.getClasses());
      case SENTENCE_TABLES -> tables(task.getSentences());
      case UNRECOGNIZED ->
          throw new IllegalArgumentException("layout is not known: " + catalog.getLayout());
    };
  }

  private static String tables(Sentences sentences) {
    return sentences.getTableList().stream()
        .map(
            table ->
                "INPUT/%s/%s.tsv or .jsonl (%s) with %s%s"
                    .formatted(
                        sentences.getFolder(),
                        table.getFile(),
                        table.getSplit() + (isHidden(table) ? ", optional" : ""),
                        columns(table.getColumns()),
                        isHidden(table)
                            ? ", whose predictions become " + table.getSubmission()
                            : ""))
        .collect(Collectors.joining("\n         "));
  }

  private static boolean isHidden(Table table) {
    return table.getSplit().equals(Splits.HIDDEN);
  }

  private static String columns(Columns columns) {
    String names =
        Stream.of(columns.getFirst(), columns.getSecond(), columns.getLabel())
            .filter(name -> !name.isEmpty())
            .collect(Collectors.joining(", "));
    return columns.getWithoutHeader() == 0
        ? "columns " + names
        : "%d columns without a header, of which %s".formatted(columns.getWithoutHeader(), names);
  }

  private static String fields(Recipe recipe) {
    return recipe.getAllFields().entrySet().stream()
        .map(field -> field.getKey().getName() + "=" + field.getValue())
        .collect(Collectors.joining(" "));
  }
}

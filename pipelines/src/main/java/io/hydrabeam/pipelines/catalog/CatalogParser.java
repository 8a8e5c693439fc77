package io.hydrabeam.pipelines.catalog;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TextFormatParseInfoTree;
import com.google.protobuf.TextFormatParseLocation;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Task;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses one catalog and checks it. Every error is a {@link HydraException} with exit code 2 that
 * starts with {@code source:line:column:}, counted from 1.
 */
final class CatalogParser {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]*");
  private static final Pattern UNKNOWN_FIELD =
      Pattern.compile("(\\d+:\\d+): hydrabeam\\.(\\w+)\\.(\\w+)");
  private static final List<String> METHODS =
      Arrays.stream(Method.values())
          .filter(method -> method != Method.UNRECOGNIZED)
          .map(method -> method.name().toLowerCase(Locale.ROOT))
          .toList();
  private static final List<String> TUNES = List.of("none", "val200", "sweep");
  private static final TextFormatParseInfoTree NO_PLACES =
      TextFormatParseInfoTree.builder().build();
  private static final int NAME_LENGTH_MAX = 64;

  private final String source;
  private final TextFormatParseInfoTree.Builder treeBuilder = TextFormatParseInfoTree.builder();

  CatalogParser(String source) {
    this.source = source;
  }

  Catalog parse(String text) {
    Catalog.Builder builder = Catalog.newBuilder();
    try {
      TextFormat.Parser.newBuilder()
          .setSingularOverwritePolicy(
              TextFormat.Parser.SingularOverwritePolicy.FORBID_SINGULAR_OVERWRITES)
          .setParseInfoTreeBuilder(treeBuilder)
          .build()
          .merge(text, builder);
    } catch (TextFormat.ParseException e) {
      throw new HydraException(HydraException.USAGE, source + ":" + explain(e), e);
    }
    Catalog catalog = builder.build();
    check(catalog, treeBuilder.build());
    return catalog;
  }

  /** The parser's message, which starts with line:column, in one line. */
  private static String explain(TextFormat.ParseException e) {
    String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
    Matcher unknown = UNKNOWN_FIELD.matcher(message);
    if (!unknown.find()) {
      return message;
    }
    String type = unknown.group(2);
    String name = unknown.group(3);
    Descriptor descriptor = Catalog.getDescriptor().getFile().findMessageTypeByName(type);
    List<String> known =
        descriptor == null
            ? List.of()
            : descriptor.getFields().stream().map(FieldDescriptor::getName).toList();
    return "%s: %s has no field '%s'%s"
        .formatted(unknown.group(1), type, name, NearestName.hint(name, known));
  }

  private void check(Catalog catalog, TextFormatParseInfoTree tree) {
    FieldDescriptor benchmark = field(Catalog.getDescriptor(), Catalog.BENCHMARK_FIELD_NUMBER);
    checkName("benchmark", catalog.getBenchmark(), tree.getLocation(benchmark, 0));
    if (catalog.getTaskCount() == 0) {
      throw at(TextFormatParseLocation.EMPTY, "no task {...} in this catalog");
    }
    checkDefaults(catalog, tree);
    List<String> splits = Splits.of(catalog.getLayout()).stored();
    FieldDescriptor tasks = field(Catalog.getDescriptor(), Catalog.TASK_FIELD_NUMBER);
    Map<String, TextFormatParseLocation> seen = new HashMap<>();
    for (int i = 0; i < catalog.getTaskCount(); i++) {
      Task task = catalog.getTask(i);
      TextFormatParseLocation start = tree.getLocation(tasks, i);
      TextFormatParseInfoTree taskTree = tree.getNestedTree(tasks, i);
      TextFormatParseLocation name = location(taskTree, Task.NAME_FIELD_NUMBER, start);
      checkName("task name", task.getName(), name);
      TextFormatParseLocation first = seen.putIfAbsent(task.getName(), name);
      if (first != null) {
        throw at(
            name,
            "task name '%s' is already used in line %d"
                .formatted(task.getName(), first.getLine() + 1));
      }
      checkTask(task, splits, taskTree, start);
      Optional<String> problem = new TextTaskCheck(catalog, task).problem();
      if (problem.isPresent()) {
        throw at(start, "task %s: %s".formatted(task.getName(), problem.get()));
      }
    }
  }

  /** What holds for all tasks. */
  private void checkDefaults(Catalog catalog, TextFormatParseInfoTree tree) {
    FieldDescriptor tune = field(Catalog.getDescriptor(), Catalog.TUNE_FIELD_NUMBER);
    if (!catalog.getTune().isEmpty() && !TUNES.contains(catalog.getTune())) {
      throw at(
          tree.getLocation(tune, 0),
          "tune '%s' must be one of %s".formatted(catalog.getTune(), String.join(", ", TUNES)));
    }
    if (catalog.hasRecipe()) {
      FieldDescriptor recipe = field(Catalog.getDescriptor(), Catalog.RECIPE_FIELD_NUMBER);
      checkRecipe(
          "benchmark " + catalog.getBenchmark(),
          catalog.getRecipe(),
          tree.getNestedTree(recipe, 0),
          tree.getLocation(recipe, 0));
    }
  }

  private void checkTask(
      Task task, List<String> splits, TextFormatParseInfoTree tree, TextFormatParseLocation start) {
    String name = task.getName();
    if (task.getClasses() < 2 && !task.getRegression()) {
      throw at(
          location(tree, Task.CLASSES_FIELD_NUMBER, start),
          "task %s: classes (%d) must be at least 2".formatted(name, task.getClasses()));
    }
    if (!task.getGroup().isEmpty()) {
      checkName("group", task.getGroup(), location(tree, Task.GROUP_FIELD_NUMBER, start));
    }
    if (task.getVersion() < 0) {
      throw at(
          location(tree, Task.VERSION_FIELD_NUMBER, start),
          "task %s: version (%d) must not be negative".formatted(name, task.getVersion()));
    }
    TextFormatParseLocation sizes = location(tree, Task.SPLIT_SIZE_FIELD_NUMBER, start);
    for (Map.Entry<String, Integer> size : task.getSplitSizeMap().entrySet()) {
      if (!splits.contains(size.getKey())) {
        throw at(
            sizes,
            "task %s: unknown split '%s'%s (known: %s)"
                .formatted(
                    name,
                    size.getKey(),
                    NearestName.hint(size.getKey(), splits),
                    String.join(", ", splits)));
      }
      if (size.getValue() <= 0) {
        throw at(
            sizes,
            "task %s: size (%d) of split %s must be positive"
                .formatted(name, size.getValue(), size.getKey()));
      }
    }
    if (task.hasRecipe()) {
      FieldDescriptor recipe = field(Task.getDescriptor(), Task.RECIPE_FIELD_NUMBER);
      checkRecipe("task " + name, task.getRecipe(), tree.getNestedTree(recipe, 0), start);
    }
    TextFormatParseLocation methods = location(tree, Task.METHOD_RECIPE_FIELD_NUMBER, start);
    task.getMethodRecipeMap()
        .forEach(
            (method, recipe) -> {
              if (!METHODS.contains(method)) {
                throw at(
                    methods,
                    "task %s: unknown method '%s'%s (known: %s)"
                        .formatted(
                            name,
                            method,
                            NearestName.hint(method, METHODS),
                            String.join(", ", METHODS)));
              }
              // A map's entries have no places of their own that could be told apart by key.
              checkRecipe("task " + name, recipe, NO_PLACES, methods);
            });
  }

  private void checkRecipe(
      String whose, Recipe recipe, TextFormatParseInfoTree tree, TextFormatParseLocation start) {
    Descriptor type = Recipe.getDescriptor();
    for (FieldDescriptor field : type.getFields()) {
      if (!field.hasPresence()
          || !recipe.hasField(field)
          || !(recipe.getField(field) instanceof Number number)) {
        continue;
      }
      String rule = brokenRule(field.getNumber(), number.doubleValue());
      if (!rule.isEmpty()) {
        throw at(
            location(tree, field, start),
            "%s: %s (%s) must be %s"
                .formatted(whose, field.getName(), recipe.getField(field), rule));
      }
    }
  }

  /** What {@code value} should be and is not; empty where it is. */
  private static String brokenRule(int field, double value) {
    return switch (field) {
      case Recipe.LEARNING_RATE_FIELD_NUMBER ->
          value > 0 && Double.isFinite(value) ? "" : "positive and finite";
      case Recipe.WEIGHT_DECAY_FIELD_NUMBER ->
          value >= 0 && Double.isFinite(value) ? "" : "at least 0 and finite";
      case Recipe.SCALE_FIELD_NUMBER -> Double.isFinite(value) ? "" : "finite";
      case Recipe.CLIP_NORM_FIELD_NUMBER -> value > 0 ? "" : "positive";
      case Recipe.WARMUP_SHARE_FIELD_NUMBER -> value >= 0 && value <= 1 ? "" : "in [0, 1]";
      case Recipe.DROPOUT_FIELD_NUMBER,
          Recipe.DROP_PATH_FIELD_NUMBER,
          Recipe.BODY_DROPOUT_FIELD_NUMBER ->
          value >= 0 && value < 1 ? "" : "in [0, 1)";
      case Recipe.WARMUP_EPOCHS_FIELD_NUMBER -> value >= 0 ? "" : "at least 0";
      case Recipe.BATCH_FIELD_NUMBER,
          Recipe.EPOCHS_FIELD_NUMBER,
          Recipe.SWEEP_EPOCHS_FIELD_NUMBER,
          Recipe.RANK_FIELD_NUMBER,
          Recipe.SEQUENTIAL_RANK_FIELD_NUMBER,
          Recipe.COSINE_EPOCHS_FIELD_NUMBER ->
          value > 0 ? "" : "positive";
      default -> "";
    };
  }

  private void checkName(String what, String name, TextFormatParseLocation location) {
    if (name.isEmpty()) {
      throw at(location, what + " is missing");
    }
    if (!NAME.matcher(name).matches() || name.length() > NAME_LENGTH_MAX) {
      throw at(
          location,
          "%s '%s' must be lower case letters, digits, '_' and '-', start with a letter or digit, and have at most %d characters"
              .formatted(what, name, NAME_LENGTH_MAX));
    }
  }

  private HydraException at(TextFormatParseLocation location, String what) {
    // An absent field has no place; then the file's first line stands for it.
    int line = Math.max(0, location.getLine()) + 1;
    int column = Math.max(0, location.getColumn()) + 1;
    return new HydraException(
        HydraException.USAGE, "%s:%d:%d: %s".formatted(source, line, column, what));
  }

  private static TextFormatParseLocation location(
      TextFormatParseInfoTree tree, int field, TextFormatParseLocation otherwise) {
    return location(tree, field(Task.getDescriptor(), field), otherwise);
  }

  private static TextFormatParseLocation location(
      TextFormatParseInfoTree tree, FieldDescriptor field, TextFormatParseLocation otherwise) {
    List<TextFormatParseLocation> locations = tree.getLocations(field);
    return locations.isEmpty() ? otherwise : locations.get(0);
  }

  private static FieldDescriptor field(Descriptor type, int number) {
    return type.findFieldByNumber(number);
  }
}

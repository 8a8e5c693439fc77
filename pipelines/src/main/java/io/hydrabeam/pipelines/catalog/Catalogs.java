package io.hydrabeam.pipelines.catalog;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.HydraOptions;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The built-in catalogs and those of users, and the choice of tasks from them.
 *
 * <p>A catalog is text in protobuf's text format, message {@code hydrabeam.Catalog}. Everything
 * that is wrong with one is told as a {@link HydraException} with exit code 2, in one line that
 * starts with file, line and column.
 */
public final class Catalogs {

  /** The 19 tasks of VTAB-1k. */
  public static final String VTAB1K = "vtab1k";

  /** Six small tasks that are drawn at run time. */
  public static final String SAMPLE = "sample";

  /** The drawn task that the sample backbone was trained on. */
  public static final String SAMPLE_SOURCE = "sample_source";

  /** The 20 tasks of ELEVATER's image classification. */
  public static final String ELEVATER = "elevater";

  /** Eight tasks of GLUE. */
  public static final String GLUE = "glue";

  /** Three small few-shot tasks that are drawn at run time. */
  public static final String SAMPLE_FEWSHOT = "sample_fewshot";

  private static final List<String> BUILT_IN =
      List.of(VTAB1K, ELEVATER, GLUE, SAMPLE, SAMPLE_FEWSHOT, SAMPLE_SOURCE);

  /** The word that stands for every task of a catalog. */
  private static final String ALL_TASKS = "all";

  private Catalogs() {}

  /** Names of the built-in benchmarks. */
  public static List<String> builtIn() {
    return BUILT_IN;
  }

  /** The catalog that the options name: {@code --catalog} if given, else {@code --benchmark}. */
  public static Catalog chosen(HydraOptions options) {
    String file = options.getCatalog();
    return file == null ? load(options.getBenchmark()) : loadFile(file);
  }

  /** The built-in catalog of that name. */
  public static Catalog load(String benchmark) {
    if (!BUILT_IN.contains(benchmark)) {
      throw new HydraException(
          HydraException.USAGE,
          "unknown benchmark '%s'%s (built in: %s; your own with --catalog=FILE)"
              .formatted(
                  benchmark, NearestName.hint(benchmark, BUILT_IN), String.join(", ", BUILT_IN)));
    }
    String resource = benchmark + ".textproto";
    try (InputStream stream = Catalogs.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("resource " + resource + " is not on the class path");
      }
      return load(stream, resource);
    } catch (IOException e) {
      throw new HydraException(
          HydraException.FAILED, "cannot read resource %s: %s".formatted(resource, e), e);
    }
  }

  /** A user's catalog from a file, local or gs://. */
  public static Catalog loadFile(String file) {
    try (InputStream stream = Storage.open(file)) {
      return load(stream, file);
    } catch (IOException e) {
      throw new HydraException(
          HydraException.USAGE,
          "cannot read catalog %s: %s".formatted(file, HydraException.reason(e)),
          e);
    }
  }

  /**
   * A catalog from a stream, which is read to its end and left open.
   *
   * @param source file name for error lines
   */
  public static Catalog load(InputStream stream, String source) throws IOException {
    byte[] bytes = stream.readAllBytes();
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new HydraException(
          HydraException.USAGE, "%s:1:1: is not UTF-8 text".formatted(source), e);
    }
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    return new CatalogParser(source).parse(text);
  }

  /**
   * The tasks named in {@code names}, in the catalog's order.
   *
   * @param names comma-separated; {@code all} stands for every task
   */
  public static List<Task> select(Catalog catalog, String names) {
    List<String> known = catalog.getTaskList().stream().map(Task::getName).toList();
    Set<String> chosen = new LinkedHashSet<>();
    for (String part : names.split(",", -1)) {
      String name = part.strip();
      if (name.equals(ALL_TASKS)) {
        chosen.addAll(known);
      } else if (known.contains(name)) {
        chosen.add(name);
      } else {
        throw new HydraException(HydraException.USAGE, unknownTask(catalog, name, known));
      }
    }
    return catalog.getTaskList().stream().filter(task -> chosen.contains(task.getName())).toList();
  }

  /** Groups in the order in which the catalog names them first; tasks without one are left out. */
  public static List<String> groups(Catalog catalog) {
    return catalog.getTaskList().stream()
        .map(Task::getGroup)
        .filter(group -> !group.isEmpty())
        .distinct()
        .toList();
  }

  /** The task's name as a table heads it. */
  public static String displayName(Task task) {
    return task.getDisplayName().isEmpty() ? task.getName() : task.getDisplayName();
  }

  /** Sentences of a record: 2 of pairs, 1 of single ones, 0 where records are images. */
  public static int sentences(Task task) {
    if (!task.hasSentences()) {
      return 0;
    }
    return task.getSentences().getTable(0).getColumns().getSecond().isEmpty() ? 1 : 2;
  }

  /**
   * The task's hyper-parameters for one method: the benchmark's, over them the task's own, over
   * them those for the method.
   */
  public static Recipe recipe(Catalog catalog, Task task, Method method) {
    Recipe own =
        task.getMethodRecipeOrDefault(
            method.name().toLowerCase(Locale.ROOT), Recipe.getDefaultInstance());
    return over(over(catalog.getRecipe(), task.getRecipe()), own);
  }

  private static Recipe over(Recipe below, Recipe above) {
    Recipe.Builder merged = below.toBuilder();
    if (above.getSiteCount() > 0) {
      merged.clearSite(); // lists are replaced, where the protocol buffer would join them
    }
    return merged.mergeFrom(above).build();
  }

  private static String unknownTask(Catalog catalog, String name, List<String> known) {
    if (name.isEmpty()) {
      return "--tasks has an empty name; name tasks of %s, separated by commas, or give all"
          .formatted(catalog.getBenchmark());
    }
    String hint = NearestName.hint(name, known);
    return "unknown task '%s' in %s%s%s"
        .formatted(
            name,
            catalog.getBenchmark(),
            hint,
            hint.isEmpty() ? " (known: " + String.join(", ", known) + ")" : "");
  }
}

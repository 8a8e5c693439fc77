package io.hydrabeam.runners;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.beam.sdk.options.PipelineOptions;

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
      terminal.out().print(table(tasks));
      if (options.isVerbose()) {
        for (Task task : tasks) {
          terminal.out().print(details(catalog, task));
        }
      }
      terminal.out().println();
    }
    return 0;
  }

  private static List<Catalog> catalogs(TasksOptions options) {
    String file = options.getCatalog();
    if (file != null) {
      return List.of(Catalogs.load(Path.of(file)));
    }
    String benchmark = options.getBenchmark();
    if (benchmark != null) {
      return List.of(Catalogs.load(benchmark));
    }
    return List.of(Catalogs.load(Catalogs.SAMPLE), Catalogs.load(Catalogs.VTAB1K));
  }

  private static TextTable table(List<Task> tasks) {
    TextTable table =
        new TextTable(
            "task",
            "name",
            "group",
            "classes",
            "metric",
            Splits.TRAIN,
            Splits.VALIDATION,
            Splits.TEST);
    for (Task task : tasks) {
      table.add(
          task.getName(),
          Catalogs.displayName(task),
          task.getGroup(),
          String.valueOf(task.getClasses()),
          task.getMetric().name().toLowerCase(Locale.ROOT),
          size(task, Splits.TRAIN),
          size(task, Splits.VALIDATION),
          size(task, Splits.TEST));
    }
    return table;
  }

  private static String size(Task task, String split) {
    return Optional.ofNullable(task.getSplitSizeMap().get(split)).map("%,d"::formatted).orElse("");
  }

  private static String details(Catalog catalog, Task task) {
    StringBuilder text = new StringBuilder("\n" + task.getName() + ":\n");
    if (catalog.getBenchmark().startsWith(Catalogs.SAMPLE)) {
      text.append("  input: none, the images are drawn from seeds\n");
    } else {
      text.append("  input: INPUT/").append(task.getName()).append("/ with ");
      text.append(
          Splits.ALL.stream().map(split -> split + ".txt").collect(Collectors.joining(", ")));
      text.append(";\n         a line each: PATH LABEL, the path of a JPEG or PNG file below that");
      text.append(" folder, the label 0 to ").append(task.getClasses() - 1).append('\n');
    }
    Recipe recipe = task.getRecipe();
    if (!recipe.equals(Recipe.getDefaultInstance())) {
      text.append("  recipe: ").append(fields(recipe)).append('\n');
    }
    return text.toString();
  }

  private static String fields(Recipe recipe) {
    return recipe.getAllFields().entrySet().stream()
        .map(field -> field.getKey().getName() + "=" + field.getValue())
        .collect(Collectors.joining(" "));
  }
}

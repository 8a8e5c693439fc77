package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.pipelines.report.MetricText;
import io.hydrabeam.pipelines.report.Spread;
import io.hydrabeam.pipelines.report.TableText;
import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.pipelines.report.html.Numbers;
import io.hydrabeam.pipelines.report.html.Thumbnail;
import io.hydrabeam.pipelines.report.source.Mistake;
import io.hydrabeam.pipelines.report.source.TaskFindings;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** One task: how it was trained, which classes are hard, and where the model is most wrong. */
final class TaskSection {
  private final TaskFindings found;
  private final Series series;
  private final Html html;

  TaskSection(TaskFindings found, Series series, Html html) {
    this.found = found;
    this.series = series;
    this.html = html;
  }

  /** Anchor of a task's part of the page. */
  static String anchor(Task task) {
    return "task-" + task.getName().replaceAll("[^A-Za-z0-9_-]", "-");
  }

  void write() {
    Task task = found.task();
    html.open("div", "class", "task", "id", anchor(task));
    html.open("h3").leaf("bdi", TableText.name(task)).close();
    html.leaf("p", facts(task), "class", "meta");
    if (found.scores().isEmpty()) {
      html.leaf("p", "No job of this task was scored.");
    } else {
      series.legend(html, found.scores().keySet(), List.of());
      html.open("div", "class", "charts");
      new CurveCharts(found, series, html).write();
      html.close();
      classes();
      mistakes();
    }
    Notes.write(html, found.notes());
    html.close().line();
  }

  private String facts(Task task) {
    List<String> facts = new ArrayList<>();
    facts.add(task.getClasses() + " classes");
    facts.add(MetricText.name(task.getMetric()));
    found.scores().values().stream()
        .flatMap(List::stream)
        .mapToLong(Score::getImages)
        .max()
        .ifPresent(images -> facts.add(Numbers.count(images) + " test images"));
    found
        .scores()
        .forEach(
            (row, scores) ->
                facts.add(
                    "%s %s"
                        .formatted(
                            series.label(row),
                            Numbers.percent(
                                Spread.of(scores.stream().map(Score::getScore).toList())))));
    return String.join(" · ", facts);
  }

  private void classes() {
    if (found.leaderCounts().isEmpty()) {
      return;
    }
    html.open("div", "class", "pair");
    ClassesFigure figure = new ClassesFigure(found, series, html);
    figure.matrix();
    figure.bars();
    html.close();
  }

  private void mistakes() {
    if (found.mistakesAmong() == 0 || found.leaderCounts().isEmpty()) {
      return;
    }
    html.open("figure", "class", "worst").open("figcaption").text("Most sure and wrong ");
    html.leaf(
            "small",
            "%s, seed %d; among %s test images"
                .formatted(
                    series.label(found.leader().orElseThrow()),
                    found
                        .scores()
                        .getOrDefault(found.leader().orElseThrow(), List.of())
                        .get(0)
                        .getJob()
                        .getSeed(),
                    Numbers.count(found.mistakesAmong())))
        .close();
    if (found.mistakes().isEmpty()) {
      html.leaf("p", "None of them was classified wrongly.", "class", "note");
    } else {
      html.open("ul", "class", "photos");
      found.mistakes().forEach(this::mistake);
      html.close();
    }
    html.close().line();
  }

  private void mistake(Mistake mistake) {
    mistake
        .image()
        .ifPresent(
            image -> {
              html.open("li", "title", mistake.key());
              html.empty(
                  "img",
                  "src",
                  Thumbnail.dataUri(image),
                  "width",
                  image.width(),
                  "height",
                  image.height(),
                  "alt",
                  "test image " + mistake.key());
              html.open("span", "class", "wrong")
                  .text("says ")
                  .leaf("bdi", found.className(mistake.predicted()))
                  .text(" %.0f\u00a0%%".formatted(100 * mistake.probability()))
                  .close();
              html.open("span", "class", "true").text("is ").leaf("bdi", truth(mistake)).close();
              html.close();
            });
  }

  private String truth(Mistake mistake) {
    return mistake.labels().isEmpty()
        ? "none"
        : mistake.labels().stream().map(found::className).collect(Collectors.joining(", "));
  }
}

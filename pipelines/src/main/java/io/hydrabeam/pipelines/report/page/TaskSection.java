package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.report.MetricText;
import io.hydrabeam.pipelines.report.Spread;
import io.hydrabeam.pipelines.report.TableText;
import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.pipelines.report.html.Numbers;
import io.hydrabeam.pipelines.report.html.Thumbnail;
import io.hydrabeam.pipelines.report.source.Miss;
import io.hydrabeam.pipelines.report.source.Mistake;
import io.hydrabeam.pipelines.report.source.Shown;
import io.hydrabeam.pipelines.report.source.TaskFindings;
import io.hydrabeam.protos.NamedScore;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
      numbers();
      misses();
    }
    Notes.write(html, found.notes());
    html.close().line();
  }

  private String facts(Task task) {
    List<String> facts = new ArrayList<>();
    facts.add(
        task.getRegression()
            ? "numbers from %s to %s"
                .formatted(
                    Numbers.plain(task.getSentences().getSmallest()),
                    Numbers.plain(task.getSentences().getLargest()))
            : task.getClasses() + " classes");
    facts.add(MetricText.name(task.getMetric()));
    found.scores().values().stream()
        .flatMap(List::stream)
        .mapToLong(Score::getImages)
        .max()
        .ifPresent(
            images ->
                facts.add("%s test %s".formatted(Numbers.count(images), found.kind().many())));
    found
        .scores()
        .forEach(
            (row, scores) ->
                facts.add(
                    "%s %s%s"
                        .formatted(
                            series.label(row),
                            Numbers.percent(
                                Spread.of(scores.stream().map(Score::getScore).toList())),
                            also(scores))));
    return String.join(" · ", facts);
  }

  /** Further scores, mean over seeds. */
  private static String also(List<Score> scores) {
    Map<String, List<Double>> byName = new LinkedHashMap<>();
    for (Score score : scores) {
      for (NamedScore also : score.getAlsoList()) {
        byName.computeIfAbsent(also.getName(), name -> new ArrayList<>()).add(also.getScore());
      }
    }
    return byName.isEmpty()
        ? ""
        : byName.entrySet().stream()
            .map(also -> also.getKey() + " " + Numbers.percent(Spread.of(also.getValue())))
            .collect(Collectors.joining(", ", " (", ")"));
  }

  private void numbers() {
    found
        .numbers()
        .ifPresent(
            pairs -> {
              html.open("div", "class", "pair");
              new NumbersFigure(found, series, html).write(pairs);
              html.close();
            });
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
    worst("Most sure and wrong ");
    if (found.mistakes().isEmpty()) {
      html.leaf("p", "None of them was classified wrongly.", "class", "note");
    } else {
      html.open("ul", "class", found.kind() == RecordKind.TEXT ? "quotes" : "photos");
      found.mistakes().forEach(this::mistake);
      html.close();
    }
    html.close().line();
  }

  private void misses() {
    if (found.mistakesAmong() == 0 || found.numbers().isEmpty()) {
      return;
    }
    worst("Furthest from the truth ");
    html.open("ul", "class", "quotes");
    found.misses().forEach(this::miss);
    html.close().close().line();
  }

  private void worst(String title) {
    html.open("figure", "class", "worst").open("figcaption").text(title);
    html.leaf(
            "small",
            "%s, seed %d; among %s test %s"
                .formatted(
                    series.label(found.leader().orElseThrow()),
                    found
                        .scores()
                        .getOrDefault(found.leader().orElseThrow(), List.of())
                        .get(0)
                        .getJob()
                        .getSeed(),
                    Numbers.count(found.mistakesAmong()),
                    found.kind().many()))
        .close();
  }

  private void mistake(Mistake mistake) {
    mistake
        .shown()
        .ifPresent(
            shown -> {
              html.open("li", "title", mistake.key());
              show(mistake.key(), shown);
              html.open("span", "class", "wrong")
                  .text("says ")
                  .leaf("bdi", found.className(mistake.predicted()))
                  .text(" %.0f\u00a0%%".formatted(100 * mistake.probability()))
                  .close();
              html.open("span", "class", "true").text("is ").leaf("bdi", truth(mistake)).close();
              html.close();
            });
  }

  private void miss(Miss miss) {
    miss.shown()
        .ifPresent(
            shown -> {
              html.open("li", "title", miss.key());
              show(miss.key(), shown);
              html.leaf("span", "says " + Numbers.plain(miss.predicted()), "class", "wrong");
              html.leaf("span", "is " + Numbers.plain(miss.number()), "class", "true");
              html.close();
            });
  }

  private void show(String key, Shown shown) {
    if (shown instanceof Shown.Sentences text) {
      html.leaf("p", text.first(), "dir", "auto");
      if (!text.second().isEmpty()) {
        html.leaf("p", text.second(), "dir", "auto");
      }
    } else if (shown instanceof Shown.Picture picture) {
      html.empty(
          "img",
          "src",
          Thumbnail.dataUri(picture.image()),
          "width",
          picture.image().width(),
          "height",
          picture.image().height(),
          "alt",
          "test image " + key);
    }
  }

  private String truth(Mistake mistake) {
    return mistake.labels().isEmpty()
        ? "none"
        : mistake.labels().stream().map(found::className).collect(Collectors.joining(", "));
  }
}

package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.pipelines.report.TableText;
import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.pipelines.report.html.LineChart;
import io.hydrabeam.pipelines.report.html.LineChart.Point;
import io.hydrabeam.pipelines.report.html.Numbers;
import io.hydrabeam.pipelines.report.html.Scale;
import io.hydrabeam.pipelines.report.html.Track;
import io.hydrabeam.protos.Ablation;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.DeltaSpectrum;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Site;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** What the adapters do: the score without one of their branches, and the size of their change. */
final class AdapterSection {
  private final ScoreTable table;
  private final Html html;

  AdapterSection(ScoreTable table, Html html) {
    this.table = table;
    this.html = html;
  }

  /** Whether a score tells of its adapter. */
  static boolean has(ScoreTable table) {
    return table.rows().stream()
        .flatMap(row -> row.scores().stream())
        .anyMatch(score -> score.getAblationCount() > 0 || score.getSpectrumCount() > 0);
  }

  void write() {
    html.open("section", "id", "adapters").leaf("h2", "What the adapters do");
    for (ScoreTable.Row row : table.rows()) {
      if (row.scores().stream().anyMatch(score -> score.getAblationCount() > 0)) {
        ablation(row);
      }
    }
    for (ScoreTable.Row row : table.rows()) {
      if (row.scores().stream().anyMatch(score -> score.getSpectrumCount() > 0)) {
        spectra(row);
      }
    }
    html.close().line();
  }

  private static List<Score> of(ScoreTable.Row row, Task task) {
    return row.scores().stream()
        .filter(score -> score.getJob().getTask().equals(task.getName()))
        .toList();
  }

  private static OptionalDouble mean(List<Score> scores, Branches kept) {
    return scores.stream()
        .flatMap(score -> score.getAblationList().stream())
        .filter(ablation -> ablation.getKept() == kept)
        .mapToDouble(Ablation::getScore)
        .average();
  }

  private void ablation(ScoreTable.Row row) {
    long images =
        row.scores().stream()
            .flatMap(score -> score.getAblationList().stream())
            .mapToLong(Ablation::getImages)
            .max()
            .orElse(0);
    html.open("h4", "class", "sub").text("Without one branch: ").leaf("bdi", row.label()).close();
    html.leaf(
        "p",
        "The same checkpoints with one of each adapter's branches left out, on up to %s test %s; per cent, mean over seeds. At the right, both less the better single one."
            .formatted(Numbers.count(images), RecordKind.of(table.columns()).many()),
        "class",
        "note");
    html.open("ul", "class", "legend");
    key("c1", "both branches");
    key("c2", "parallel alone");
    key("c3", "sequential alone");
    html.close();
    Scale scale = scale(row);
    html.open("div", "class", "rows");
    for (Task task : table.columns()) {
      List<Score> scores = of(row, task);
      OptionalDouble both = mean(scores, Branches.BOTH);
      if (both.isEmpty()) {
        continue;
      }
      OptionalDouble parallel = mean(scores, Branches.PARALLEL);
      OptionalDouble sequential = mean(scores, Branches.SEQUENTIAL);
      html.open("div", "class", "name").leaf("bdi", TableText.name(task)).close().open("div");
      Track track = Track.open(html, scale, 22);
      double single = Math.max(parallel.orElse(-1), sequential.orElse(-1));
      double least =
          Math.min(both.getAsDouble(), Math.min(parallel.orElse(1), sequential.orElse(1)));
      double most = Math.max(both.getAsDouble(), single);
      track.span(100 * least, 100 * most, 11, "grid strong");
      dot(track, task, parallel, "c2", "parallel alone");
      dot(track, task, sequential, "c3", "sequential alone");
      dot(track, task, both, "c1", "both branches");
      track.close();
      html.close()
          .leaf(
              "div",
              single < 0 ? "" : Numbers.points(both.getAsDouble() - single),
              "class",
              "value")
          .line();
    }
    html.open("div").close().open("div");
    Track.axis(html, scale, "");
    html.close().open("div").close().close().line();
  }

  private void key(String style, String name) {
    html.open("li").open("span", "class", "key " + style).close().text(name).close();
  }

  private static void dot(Track track, Task task, OptionalDouble score, String style, String what) {
    if (score.isPresent()) {
      String title =
          "%s, %s: %s".formatted(TableText.name(task), what, Numbers.percent(score.getAsDouble()));
      track.dot(100 * score.getAsDouble(), 11, 4.2, style, title);
    }
  }

  private static Scale scale(ScoreTable.Row row) {
    double[] scores =
        row.scores().stream()
            .flatMap(score -> score.getAblationList().stream())
            .mapToDouble(ablation -> 100 * ablation.getScore())
            .sorted()
            .toArray();
    return Scale.percent(scores[0], scores[scores.length - 1], 6);
  }

  /** Size of the change by block, and how its singular values fall off. */
  private void spectra(ScoreTable.Row row) {
    html.open("h4", "class", "sub").text("Merged deltas: ").leaf("bdi", row.label()).close();
    html.leaf(
        "p",
        "Left: the norm of the change that merging makes to a layer, in per cent of the layer's own, by block. Right: its singular values as shares of the largest, mean over blocks. First seed.",
        "class",
        "note");
    html.open("ul", "class", "legend");
    key("c4", "attention");
    key("c2", "mlp");
    html.close();
    html.open("div", "class", "charts many");
    for (Task task : table.columns()) {
      Optional<Score> first =
          of(row, task).stream().filter(score -> score.getSpectrumCount() > 0).findFirst();
      first.ifPresent(score -> spectra(TableText.name(task), score));
    }
    html.close();
  }

  private void spectra(String task, Score score) {
    Map<Site, List<DeltaSpectrum>> bySite = new TreeMap<>();
    for (DeltaSpectrum spectrum : score.getSpectrumList()) {
      bySite.computeIfAbsent(spectrum.getSite(), site -> new ArrayList<>()).add(spectrum);
    }
    html.open("div", "class", "duo");
    LineChart size = new LineChart(task + ": size, %", "block", "").whole().fromZero().small();
    LineChart fall = new LineChart(task + ": spectrum", "rank", "").whole().fromZero().small();
    bySite.forEach(
        (site, spectra) -> {
          String style = site == Site.ATTENTION ? "c4" : "c2";
          String name = site.name().toLowerCase(Locale.ROOT);
          size.line(
              style,
              name,
              spectra.stream()
                  .map(of -> new Point(of.getBlock() + 1, 100 * norm(of) / of.getWeightNorm()))
                  .toList());
          fall.line(style, name, fall(spectra));
        });
    size.draw(html);
    fall.draw(html);
    html.close();
  }

  private static double norm(DeltaSpectrum spectrum) {
    return Math.sqrt(
        spectrum.getSingularValueList().stream().mapToDouble(v -> (double) v * v).sum());
  }

  private static List<Point> fall(List<DeltaSpectrum> spectra) {
    int length = spectra.stream().mapToInt(DeltaSpectrum::getSingularValueCount).max().orElse(0);
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      int at = i;
      spectra.stream()
          .filter(of -> of.getSingularValueCount() > at && of.getSingularValue(0) > 0)
          .mapToDouble(of -> (double) of.getSingularValue(at) / of.getSingularValue(0))
          .average()
          .ifPresent(mean -> points.add(new Point(at + 1.0, mean)));
    }
    return points;
  }
}

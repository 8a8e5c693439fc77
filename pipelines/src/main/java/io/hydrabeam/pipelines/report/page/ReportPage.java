package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.pipelines.report.TableText;
import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.pipelines.report.source.ReportSource;
import io.hydrabeam.pipelines.report.source.TaskFindings;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * {@code report.html}: one page that holds all it shows. It has no script and asks no server for
 * anything; its own policy forbids both.
 */
public final class ReportPage {
  private static final String POLICY =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

  private ReportPage() {}

  /** A section to go to. */
  record Anchor(String id, String name) {}

  /** The page of an evaluation. */
  public static String of(ReportSource source) {
    Html html = new Html();
    Series series = new Series(source.table());
    html.open("html", "lang", "en").open("head").empty("meta", "charset", "utf-8");
    html.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.empty("meta", "name", "color-scheme", "content", "light dark");
    html.leaf("title", HeadSection.title(source.evaluation())).style(css()).close();
    html.open("body").line();
    new HeadSection(source, series, html).write(sections(source));
    html.open("main");
    new ProblemSection(source, html).write();
    new ScoresSection(source, series, html).write();
    new DotsSection(source, series, html).write();
    new HistorySection(source, series, html).write();
    tasks(source, series, html);
    new ProvenanceSection(source, html).write();
    html.close();
    html.open("footer")
        .open("p")
        .text("Evaluation ")
        .leaf("code", source.evaluation().getEvaluationId())
        .text(". Every score with its job is in ")
        .leaf("code", "scores.json")
        .text(", the %s' probabilities are in ".formatted(source.kind().many()))
        .leaf("code", "predictions/")
        .text(".")
        .close()
        .close();
    return html.close().close().document();
  }

  private static List<Anchor> sections(ReportSource source) {
    List<Anchor> sections = new ArrayList<>();
    sections.add(new Anchor("scores", "Scores"));
    sections.add(new Anchor("tasks", "Task by task"));
    sections.add(new Anchor("history", "History"));
    source
        .table()
        .columns()
        .forEach(task -> sections.add(new Anchor(TaskSection.anchor(task), TableText.name(task))));
    sections.add(new Anchor("optimism", "Selection"));
    if (AdapterSection.has(source.table())) {
      sections.add(new Anchor("adapters", "Adapters"));
    }
    sections.add(new Anchor("cost", "Cost"));
    sections.add(new Anchor("provenance", "Provenance"));
    return sections;
  }

  /** The tasks one after the other, so that one's predictions are counted at a time. */
  private static void tasks(ReportSource source, Series series, Html html) {
    OptimismSection optimism = new OptimismSection(series, source.kind());
    CostSection cost = new CostSection(source, series);
    html.open("section", "id", "details").leaf("h2", "The tasks");
    for (Task task : source.table().columns()) {
      TaskFindings found = source.task(task);
      optimism.add(found);
      cost.add(found);
      new TaskSection(found, series, html).write();
    }
    html.close();
    optimism.write(html);
    if (AdapterSection.has(source.table())) {
      new AdapterSection(source.table(), html).write();
    }
    cost.write(html);
  }

  private static String css() {
    try (InputStream in =
        Objects.requireNonNull(ReportPage.class.getResourceAsStream("report.css"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.pipelines.report.source.ReportSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
    new HeadSection(source, html).write(List.of("scores", "Scores", "tasks", "Task by task"));
    html.open("main");
    new ScoresSection(source, series, html).write();
    new DotsSection(source, series, html).write();
    html.close();
    html.open("footer")
        .open("p")
        .text("Evaluation ")
        .leaf("code", source.evaluation().getEvaluationId())
        .text(". Every score with its job is in ")
        .leaf("code", "scores.json")
        .text(", the images' probabilities are in ")
        .leaf("code", "predictions/")
        .text(".")
        .close()
        .close();
    return html.close().close().document();
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

package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.pipelines.report.AlarmText;
import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.pipelines.report.html.Numbers;
import io.hydrabeam.pipelines.report.source.ReportSource;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Failure;
import java.util.List;

/** What went wrong, before anything else: alarms, failed jobs, what could not be read. */
final class ProblemSection {
  private static final int SHOWN = 30;

  private final EvaluationResult evaluation;
  private final List<String> notes;
  private final Html html;

  ProblemSection(ReportSource source, Html html) {
    this.evaluation = source.evaluation();
    this.notes = source.notes();
    this.html = html;
  }

  void write() {
    if (evaluation.getAlarmCount() > 0) {
      open("Alarms", evaluation.getAlarmCount());
      html.leaf(
          "p",
          "Images were recomputed and did not come out as they were stored, although nothing that"
              + " determines them is said to have changed.");
      html.open("ul");
      evaluation.getAlarmList().stream()
          .limit(SHOWN)
          .forEach(alarm -> html.leaf("li", AlarmText.of(evaluation, alarm)));
      close(evaluation.getAlarmCount());
    }
    if (evaluation.getFailureCount() > 0) {
      open("Failed", evaluation.getFailureCount());
      html.open("ul");
      for (Failure failure : evaluation.getFailureList().stream().limit(SHOWN).toList()) {
        html.leaf("li", "%s: %s".formatted(failure.getWhat(), failure.getReason()));
      }
      close(evaluation.getFailureCount());
    }
    if (!notes.isEmpty()) {
      open("Not read", notes.size());
      html.open("ul");
      notes.stream().limit(SHOWN).forEach(note -> html.leaf("li", note));
      close(notes.size());
    }
  }

  private void open(String title, int count) {
    html.open("div", "class", "box").leaf("h2", "%s: %s".formatted(title, Numbers.count(count)));
  }

  private void close(int count) {
    if (count > SHOWN) {
      html.leaf("li", "%s more".formatted(Numbers.count(count - SHOWN)));
    }
    html.close().close().line();
  }
}

package io.hydrabeam.pipelines.report.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.report.MarkdownReport;
import io.hydrabeam.pipelines.report.html.Html;
import io.hydrabeam.pipelines.report.html.Numbers;
import io.hydrabeam.pipelines.report.source.ReportSource;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Score;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where scores, data, weights and program came from. */
final class ProvenanceSection {
  private static final int HASH_SHOWN = 12;

  private final EvaluationResult evaluation;
  private final JsonNode provenance;
  private final RecordKind kind;
  private final Html html;

  ProvenanceSection(ReportSource source, Html html) {
    this.evaluation = source.evaluation();
    this.provenance = source.provenance();
    this.kind = source.kind();
    this.html = html;
  }

  void write() {
    html.open("section", "id", "provenance").leaf("h2", "Provenance");
    html.open("div", "class", "quad");
    for (String part : List.of("program", "machine")) {
      list(part, provenance.path(part));
    }
    list("options", provenance.path("options"));
    data();
    html.close();
    html.leaf("h4", "Hyper-parameters", "class", "sub");
    Notes.write(html, List.copyOf(MarkdownReport.origins(evaluation)));
    carried();
    html.close().line();
  }

  private void list(String title, JsonNode node) {
    List<Map.Entry<String, JsonNode>> told =
        node.properties().stream()
            .filter(field -> field.getValue().isValueNode())
            .filter(field -> !field.getValue().asText().equals("null"))
            .toList();
    if (told.isEmpty()) {
      return;
    }
    html.open("div").leaf("h4", capital(title)).open("dl");
    for (Map.Entry<String, JsonNode> field : told) {
      html.leaf("dt", field.getKey()).leaf("dd", shorten(field.getValue().asText()));
    }
    html.close().close().line();
  }

  private void data() {
    html.open("div").leaf("h4", "Data and backbone").open("dl");
    provenance
        .path("data")
        .properties()
        .forEach(
            task -> {
              html.open("dt").leaf("bdi", task.getKey()).close();
              html.open("dd").leaf("code", shorten(task.getValue().path("dataHash").asText("")));
              task.getValue().path("duplicates").forEach(line -> html.text(" " + line.asText()));
              html.close();
            });
    provenance
        .path("backbones")
        .forEach(
            hash ->
                html.leaf("dt", "backbone")
                    .open("dd")
                    .leaf("code", shorten(hash.asText()))
                    .close());
    html.close().close().line();
  }

  /** Which scores were not computed now. */
  private void carried() {
    Map<String, List<Score>> from = new LinkedHashMap<>();
    for (Score score : evaluation.getScoreList()) {
      if (!score.getCarriedFrom().isEmpty()) {
        from.computeIfAbsent(score.getCarriedFrom(), id -> new ArrayList<>()).add(score);
      }
    }
    if (from.isEmpty()) {
      return;
    }
    html.leaf("h4", "Carried over", "class", "sub");
    List<String> lines = new ArrayList<>();
    from.forEach(
        (id, scores) ->
            lines.add(
                "%s of %s scores from evaluation %s, as nothing that determines them changed; %s %s were recomputed"
                    .formatted(
                        Numbers.count(scores.size()),
                        Numbers.count(evaluation.getScoreCount()),
                        id,
                        Numbers.count(scores.stream().mapToLong(Score::getCanaryImages).sum()),
                        kind.many())));
    Notes.write(html, lines);
  }

  private static String shorten(String text) {
    return text.matches("[0-9a-f]{40,}") ? text.substring(0, HASH_SHOWN) + "…" : text;
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}

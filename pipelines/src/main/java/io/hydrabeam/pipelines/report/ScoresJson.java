package io.hydrabeam.pipelines.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.pipelines.report.ScoreTable.Row;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Score;
import java.util.Optional;

/**
 * {@code scores.json}: every score with what determined it, then the table's rows with task, group
 * and benchmark means over seeds. Scores are shares in [0, 1].
 */
public final class ScoresJson {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private ScoresJson() {}

  /** The file's text. */
  public static String of(EvaluationResult evaluation) {
    ObjectNode root = JSON.createObjectNode();
    root.put("evaluationId", evaluation.getEvaluationId());
    root.put("benchmark", evaluation.getBenchmark());
    root.put("metric", "top-1 accuracy");
    ArrayNode scores = root.putArray("scores");
    evaluation.getScoreList().forEach(score -> score(scores.addObject(), score));
    ScoreTable table = ScoreTable.of(evaluation);
    ArrayNode rows = root.putArray("rows");
    table.rows().forEach(row -> row(rows.addObject(), table, row));
    ArrayNode failures = root.putArray("failures");
    evaluation
        .getFailureList()
        .forEach(
            failure ->
                failures
                    .addObject()
                    .put("what", failure.getWhat())
                    .put("reason", failure.getReason()));
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values is always written", e);
    }
  }

  private static void score(ObjectNode node, Score score) {
    var key = score.getJob();
    node.put("task", key.getTask()).put("group", score.getGroup()).put("seed", key.getSeed());
    setting(node, Setting.of(score.getRun(), key));
    node.put("score", score.getScore())
        .put("images", score.getImages())
        .put("epoch", score.getEpoch())
        .put("trainableParameters", score.getTrainableParameters())
        .put("jobId", score.getJobId())
        .put("testHash", score.getTestHash());
    ObjectNode recipe = node.putObject("hyperParameters");
    key.getRecipe()
        .getAllFields()
        .forEach((field, value) -> recipe.putPOJO(field.getJsonName(), value));
  }

  private static void row(ObjectNode node, ScoreTable table, Row row) {
    node.put("label", row.label());
    setting(node, row.setting());
    row.seeds().forEach(node.withArray("seeds")::add);
    ArrayNode tasks = node.putArray("tasks");
    for (int i = 0; i < table.columns().size(); i++) {
      ObjectNode task = tasks.addObject();
      task.put("task", table.columns().get(i).getName());
      task.put("status", Setting.lower(row.cells().get(i).status()));
      spread(task, row.cells().get(i).spread());
    }
    ArrayNode groups = node.putArray("groupMeans");
    for (int g = 0; g < table.groups().size(); g++) {
      ObjectNode group = groups.addObject().put("group", table.groups().get(g));
      spread(group, row.groupMeans().get(g));
    }
    spread(node.putObject("meanOfGroupMeans"), row.mean());
    row.notes().forEach(node.withArray("notes")::add);
  }

  private static void setting(ObjectNode node, Setting setting) {
    var key = setting.key();
    node.put("run", setting.run())
        .put("method", Setting.lower(key.getMethod()))
        .put("rank", key.getRank())
        .put("branches", setting.branches())
        .put("sites", setting.sites())
        .put("protocol", setting.protocol())
        .put("tunedOn", setting.tuning())
        .put("normalization", Setting.lower(key.getNormalization()))
        .put("precision", Setting.lower(key.getPrecision()))
        .put("backboneHash", key.getBackboneHash());
  }

  private static void spread(ObjectNode node, Optional<Spread> spread) {
    spread.ifPresent(
        of -> {
          node.put("mean", of.mean());
          of.deviation().ifPresent(deviation -> node.put("deviation", deviation));
          node.put("count", of.count());
        });
  }
}

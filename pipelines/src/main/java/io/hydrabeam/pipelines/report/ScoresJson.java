package io.hydrabeam.pipelines.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.report.ScoreTable.Row;
import io.hydrabeam.protos.Alarm;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code scores.json}: every score with what determined it, then the table's rows with task, group
 * and benchmark means over seeds. Scores are shares in [0, 1]. Few-shot benchmarks tell metric,
 * quirks, shots ({@code -1} for all images) and PE score besides.
 */
public final class ScoresJson {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private ScoresJson() {}

  /** The file's text. */
  public static String of(EvaluationResult evaluation) {
    ObjectNode root = JSON.createObjectNode();
    root.put("evaluationId", evaluation.getEvaluationId());
    root.put("started", evaluation.getStarted());
    root.put("benchmark", evaluation.getBenchmark());
    root.put("metric", MetricText.ofAll(evaluation.getTaskList()));
    ArrayNode scores = root.putArray("scores");
    boolean fewShot = FewShotFields.in(evaluation);
    Map<String, Task> tasks = new HashMap<>();
    evaluation.getTaskList().forEach(task -> tasks.put(task.getName(), task));
    for (Score score : evaluation.getScoreList()) {
      ObjectNode node = scores.addObject();
      score(node, score);
      if (fewShot) {
        Task task = tasks.getOrDefault(score.getJob().getTask(), Task.getDefaultInstance());
        node.put("metric", Setting.lower(task.getMetric())).put("multilabel", task.getMultilabel());
        fewShot(node, Setting.of(score.getRun(), score.getJob()));
      }
    }
    ScoreTable table = ScoreTable.of(evaluation);
    ArrayNode rows = root.putArray("rows");
    for (Row row : table.rows()) {
      ObjectNode node = rows.addObject();
      row(node, table, row);
      if (fewShot) {
        fewShot(node, row.setting());
        node.put("trainableParameters", row.trainableParameters());
        row.efficiency().ifPresent(pe -> node.put("peScore", pe));
      }
    }
    ArrayNode failures = root.putArray("failures");
    evaluation
        .getFailureList()
        .forEach(
            failure ->
                failures
                    .addObject()
                    .put("what", failure.getWhat())
                    .put("reason", failure.getReason()));
    if (evaluation.getAlarmCount() > 0) {
      ArrayNode alarms = root.putArray("alarms");
      for (Alarm alarm : evaluation.getAlarmList()) {
        alarms
            .addObject()
            .put("what", Alarms.what(RecordKind.of(evaluation.getTaskList()), alarm))
            .put("reason", Alarms.reason(alarm))
            .put("storedClass", alarm.getStoredClass())
            .put("computedClass", alarm.getComputedClass())
            .put("difference", alarm.getDifference());
      }
    }
    if (evaluation.getNoteCount() > 0) {
      evaluation.getNoteList().forEach(root.putArray("notes")::add);
    }
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
    if (!score.getCarriedFrom().isEmpty()) {
      node.put("carriedFrom", score.getCarriedFrom()).put("canaryImages", score.getCanaryImages());
    }
    ObjectNode recipe = node.putObject("hyperParameters");
    key.getRecipe()
        .getAllFields()
        .forEach((field, value) -> recipe.putPOJO(field.getJsonName(), plain(value)));
  }

  /** A protobuf field's value as JSON has it: names of constants, lists of them, numbers, texts. */
  private static Object plain(Object value) {
    if (value instanceof EnumValueDescriptor constant) {
      return constant.getName().toLowerCase(Locale.ROOT);
    }
    if (value instanceof List<?> values) {
      return values.stream().map(ScoresJson::plain).toList();
    }
    return value;
  }

  private static void fewShot(ObjectNode node, Setting setting) {
    ArrayNode quirks = node.putArray("quirks");
    setting.key().getQuirkList().forEach(quirk -> quirks.add(Setting.lower(quirk)));
    node.put("shots", setting.key().getShots());
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

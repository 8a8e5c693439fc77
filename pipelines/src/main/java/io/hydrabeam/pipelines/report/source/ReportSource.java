package io.hydrabeam.pipelines.report.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.report.PublishedTable;
import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Task;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An evaluation with all that a report tells of it. The evaluation itself must be whole; what lies
 * elsewhere (trainings, records, other evaluations) may be gone, which is told in a note.
 */
public final class ReportSource {
  private static final String PROVENANCE = "provenance.json";
  private static final int PROVENANCE_LIMIT_BYTES = 1 << 28;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EvaluationFolder folder;
  private final ScoreTable table;
  private final JsonNode provenance;
  private final List<PastEvaluation> history;
  private final List<StageCost> stages;
  private final List<String> notes;
  private final TaskReader tasks;

  private ReportSource(
      EvaluationFolder folder,
      ScoreTable table,
      JsonNode provenance,
      List<PastEvaluation> history,
      List<StageCost> stages,
      List<String> notes,
      TaskReader tasks) {
    this.folder = folder;
    this.table = table;
    this.provenance = provenance;
    this.history = List.copyOf(history);
    this.stages = List.copyOf(stages);
    this.notes = List.copyOf(notes);
    this.tasks = tasks;
  }

  /**
   * Gathers what concerns all tasks.
   *
   * @param examples folder of the TFRecords; null: where the evaluation had found them
   * @param runs folder of the training runs; null: where the evaluation had found them
   */
  public static ReportSource of(
      EvaluationFolder folder, @Nullable String examples, @Nullable String runs) {
    List<String> notes = new ArrayList<>();
    JsonNode provenance = provenance(folder, notes);
    ScoreTable table = ScoreTable.of(folder.result());
    JsonNode options = provenance.path("options");
    String images = examples == null ? options.path("examples").asText("") : examples;
    String trainings = runs == null ? options.path("runs").asText("") : runs;
    if (images.isEmpty()) {
      notes.add(
          "no %s are shown: where the examples lie is not known; name --examples"
              .formatted(RecordKind.of(table.columns()).many()));
    }
    if (trainings.isEmpty()) {
      notes.add("no curves: where the trainings lie is not known; name --runs");
    }
    Set<String> names = new TreeSet<>();
    folder.result().getScoreList().forEach(score -> names.add(score.getRun()));
    List<PastEvaluation> history = history(folder, table, notes);
    List<StageCost> stages = StageCost.of(trainings, names, notes);
    return new ReportSource(
        folder,
        table,
        provenance,
        history,
        stages,
        notes,
        new TaskReader(folder, table, images, trainings));
  }

  private static JsonNode provenance(EvaluationFolder folder, List<String> notes) {
    String file = Storage.resolve(folder.path(), PROVENANCE);
    try {
      return JSON.readTree(Storage.read(file, PROVENANCE_LIMIT_BYTES));
    } catch (FileNotFoundException e) {
      notes.add(file + " is missing: where data and program came from is not known");
    } catch (IOException e) {
      notes.add("%s cannot be read: %s".formatted(file, HydraException.reason(e)));
    }
    return MissingNode.getInstance();
  }

  private static List<PastEvaluation> history(
      EvaluationFolder folder, ScoreTable table, List<String> notes) {
    String scores = folder.path().substring(0, Math.max(0, folder.path().lastIndexOf('/')));
    List<PastEvaluation> past = new ArrayList<>();
    try {
      EvaluationFolder.History found =
          EvaluationFolder.history(scores.isEmpty() ? "." : scores, folder.result().getBenchmark());
      found.unreadable().forEach(line -> notes.add("left out of the history: " + line));
      for (String other : EvaluationFolder.unfinished(scores.isEmpty() ? "." : scores)) {
        notes.add("left out of the history: %s is not finished".formatted(other));
      }
      for (EvaluationFolder other : found.finished()) {
        if (!isLater(other.result(), folder.result())) {
          past.add(past(other.result(), table));
        }
      }
    } catch (IOException e) {
      notes.add("no history, %s: %s".formatted(scores, HydraException.reason(e)));
    }
    return past;
  }

  private static boolean isLater(EvaluationResult other, EvaluationResult than) {
    return !than.getStarted().isEmpty() && other.getStarted().compareTo(than.getStarted()) > 0;
  }

  private static PastEvaluation past(EvaluationResult evaluation, ScoreTable now) {
    ScoreTable table = ScoreTable.of(evaluation);
    List<Optional<ScoreTable.Row>> rows = new ArrayList<>();
    for (ScoreTable.Row row : now.rows()) {
      rows.add(
          table.rows().stream().filter(old -> old.setting().equals(row.setting())).findFirst());
    }
    return new PastEvaluation(
        evaluation.getEvaluationId(),
        evaluation.getStarted(),
        rows,
        table.columns().stream().map(Task::getName).toList(),
        evaluation.getAlarmCount());
  }

  /** The evaluation. */
  public EvaluationResult evaluation() {
    return folder.result();
  }

  /** The word for the records of its tasks. */
  public RecordKind kind() {
    return RecordKind.of(table.columns());
  }

  /** Its scores as a table. */
  public ScoreTable table() {
    return table;
  }

  /** What was published for the benchmark. */
  public Optional<PublishedTable> published() {
    return PublishedTable.of(evaluation().getBenchmark());
  }

  /** Contents of {@code provenance.json}; a missing node where it cannot be read. */
  public JsonNode provenance() {
    return provenance;
  }

  /** Evaluations of the benchmark up to this one, the oldest first. */
  public List<PastEvaluation> history() {
    return history;
  }

  /** What the stages of the runs took; empty where nothing was foreseen. */
  public List<StageCost> stages() {
    return stages;
  }

  /** What could not be read, a line each. */
  public List<String> notes() {
    return notes;
  }

  /** Reads what is known of a task; nothing of it is kept here. */
  public TaskFindings task(Task task) {
    return tasks.read(task);
  }
}

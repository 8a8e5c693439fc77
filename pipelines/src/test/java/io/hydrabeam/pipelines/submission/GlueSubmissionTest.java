package io.hydrabeam.pipelines.submission;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.storage.ArtifactCommit;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.EvaluatedJob;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.HiddenFile;
import io.hydrabeam.protos.HiddenPredictions;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Layout;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.Table;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlueSubmissionTest {
  private static final Catalog GLUE = Catalogs.load(Catalogs.GLUE);
  private static final int ROWS = 2;
  private static final String ROW = "submission/linear-holdout-tune-quirks-none";

  @TempDir Path folder;

  private final List<EvaluatedJob> jobs = new ArrayList<>();
  private final Map<String, DatasetInfo> infos = new HashMap<>();

  /** Each task with a seed 0 that predicts all rows. */
  @BeforeEach
  void write() throws IOException {
    for (Task task : GLUE.getTaskList()) {
      SplitInfo.Builder hidden = SplitInfo.newBuilder().setName(Splits.HIDDEN);
      tables(task).forEach(table -> hidden.putTableRows(table.getPart(), ROWS));
      infos.put(task.getName(), DatasetInfo.newBuilder().addSplit(hidden).build());
      jobs.add(job(task, 0, ROWS));
    }
  }

  @Test
  void write_allTasks_writesNineFilesAndTheirZip() throws IOException {
    List<String> notes = write(GLUE.getTaskList());
    assertThat(names(ROW))
        .containsExactly(
            "CoLA.tsv",
            "MNLI-m.tsv",
            "MNLI-mm.tsv",
            "MRPC.tsv",
            "QNLI.tsv",
            "QQP.tsv",
            "RTE.tsv",
            "SST-2.tsv",
            "STS-B.tsv",
            "submission.zip");
    assertThat(members(ROW)).hasSize(9);
    assertThat(notes)
        .containsExactly(
            ROW
                + ": GLUE's server also wants WNLI.tsv and AX.tsv, which are not among the tasks: add"
                + " them to submission.zip");
    assertThat(Files.readString(folder.resolve(ROW + "/RTE.tsv")))
        .isEqualTo("index\tprediction\n0\tnot_entailment\n1\tnot_entailment\n");
    assertThat(Files.readString(folder.resolve(ROW + "/SST-2.tsv")))
        .isEqualTo("index\tprediction\n0\t1\n1\t1\n");
  }

  @Test
  void write_aRowIsMissing_leavesThatFileAndTheZipOut() throws IOException {
    Task rte = task("rte");
    jobs.removeIf(job -> job.getScore().getJob().getTask().equals("rte"));
    jobs.add(job(rte, 0, ROWS - 1));
    List<String> notes = write(GLUE.getTaskList());
    assertThat(names(ROW)).hasSize(8);
    assertThat(names(ROW)).containsNoneOf("RTE.tsv", "submission.zip");
    assertThat(notes).hasSize(2);
    assertThat(notes.get(0)).startsWith(ROW + ": RTE.tsv is not written: table test: row 1 of 2");
    assertThat(notes.get(1))
        .isEqualTo(ROW + ": no submission.zip, as it takes the files of all tasks");
  }

  @Test
  void write_someTables_tellsWhatIsLacking() throws IOException {
    SplitInfo.Builder matched =
        SplitInfo.newBuilder().setName(Splits.HIDDEN).putTableRows("matched", ROWS);
    infos.put("mnli", DatasetInfo.newBuilder().addSplit(matched).build());
    infos.put("sst2", DatasetInfo.getDefaultInstance());
    List<String> notes = write(List.of(task("mnli"), task("sst2")));
    assertThat(names(ROW)).containsExactly("MNLI-m.tsv");
    assertThat(notes)
        .containsExactly(
            ROW
                + ": no submission.zip, as it takes the files of all tasks; there is none of"
                + " MNLI-mm.tsv, SST-2.tsv, 6 tasks that were not asked for");
  }

  @Test
  void write_twoSeeds_haveAFolderEach() throws IOException {
    jobs.add(job(task("cola"), 3, ROWS));
    List<String> notes = write(GLUE.getTaskList());
    assertThat(names(ROW + "/seed0")).hasSize(10);
    assertThat(names(ROW + "/seed3")).containsExactly("CoLA.tsv");
    assertThat(String.join("\n", notes))
        .contains(ROW + "/seed3: no submission.zip, as it takes the files of all tasks");
  }

  @Test
  void write_nothingHidden_writesAndTellsNothing() throws IOException {
    jobs.replaceAll(
        job ->
            job.toBuilder()
                .clearHidden()
                .setScore(job.getScore().toBuilder().clearHidden())
                .build());
    assertThat(write(GLUE.getTaskList())).isEmpty();
    assertThat(Files.exists(folder.resolve("submission"))).isFalse();
  }

  private List<String> write(List<Task> tasks) throws IOException {
    EvaluationResult evaluation =
        EvaluationResult.newBuilder()
            .setLayout(Layout.SENTENCE_TABLES)
            .addAllTask(tasks)
            .setTasksOfBenchmark(GLUE.getTaskCount())
            .addAllScore(
                jobs.stream()
                    .map(EvaluatedJob::getScore)
                    .filter(
                        score ->
                            tasks.stream()
                                .anyMatch(task -> task.getName().equals(score.getJob().getTask())))
                    .toList())
            .build();
    try (ArtifactCommit commit = ArtifactFolder.at(folder.toString()).begin()) {
      List<String> notes = Submissions.write(evaluation, jobs, infos, commit);
      commit.commit(evaluation);
      return notes;
    }
  }

  private EvaluatedJob job(Task task, long seed, int rows) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Table table : tables(task)) {
      String part = table.getPart().isEmpty() ? "" : table.getPart() + "/";
      for (int row = 0; row < rows; row++) {
        lines.append("{\"key\":\"%s%08d:x:%d\",\"predicted\":1".formatted(part, row, row + 2));
        lines.append(task.getRegression() ? "}\n" : ",\"probabilities\":[0.25,0.75]}\n");
      }
    }
    String id = task.getName() + seed;
    Path file = folder.resolve(".part-" + id + "-" + rows);
    Files.writeString(file, lines);
    return EvaluatedJob.newBuilder()
        .setScore(
            Score.newBuilder()
                .setRun("run")
                .setJobId(id)
                .setJob(
                    JobKey.newBuilder()
                        .setTask(task.getName())
                        .setSeed(seed)
                        .setMethod(Method.LINEAR))
                .setHidden(HiddenPredictions.newBuilder().setFile("hidden/" + id)))
        .setHidden(HiddenFile.newBuilder().setPath(file.toString()))
        .build();
  }

  private static List<Table> tables(Task task) {
    return task.getSentences().getTableList().stream()
        .filter(table -> table.getSplit().equals(Splits.HIDDEN))
        .toList();
  }

  private static Task task(String name) {
    return GLUE.getTaskList().stream()
        .filter(task -> task.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private List<String> names(String of) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(of))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private List<String> members(String of) throws IOException {
    List<String> names = new ArrayList<>();
    try (InputStream in = Files.newInputStream(folder.resolve(of + "/submission.zip"));
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
        names.add(entry.getName());
      }
    }
    return names;
  }
}

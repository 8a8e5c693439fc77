package io.hydrabeam.pipelines.report.page;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.report.source.ReportSource;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** The page of evaluations that have scores alone: no predictions, trainings or images. */
final class ReportPageTest {
  private static final Pattern REQUEST =
      Pattern.compile("(?i)(src|href|action|data|poster)=\"(?!#|data:image/)|url\\(|@import");

  @TempDir Path root;

  @Test
  void page_isWellFormedAndAsksNobody() throws Exception {
    String page = page(vtab(80));
    var unused = parse(page);
    assertThat(REQUEST.matcher(page).find()).isFalse();
    assertThat(page).doesNotContain("<script");
    assertThat(page).contains("default-src &#39;none&#39;");
  }

  @Test
  void page_vtab_hasPublishedRowsAndDifferences() {
    String page = page(vtab(80));
    assertThat(page).contains("AdaptFormer");
    // 74.75 by the rows, 74.7 in print.
    assertThat(page).contains(">74.8†</td>");
    assertThat(page).contains("† printed otherwise: Full tuning 68.9");
    // CIFAR-100: 80.0 here, 72.7 there; the mean of the group means 76.5.
    assertThat(page).contains(">+7.3</td>");
    assertThat(page).contains(">+3.5</td>");
  }

  @Test
  void page_hostileNames_areText() throws Exception {
    String name = "<script>alert(\"1\")</script> & \uD83D\uDC19 \u202Eabc";
    EvaluationResult evil =
        EvaluationResult.newBuilder()
            .setEvaluationId("e1")
            .setBenchmark("<b>\"mine\"")
            .addTask(Task.newBuilder().setName("a").setDisplayName(name).setClasses(2))
            .setTasksOfBenchmark(1)
            .addNote("<img src=x onerror=alert(1)>")
            .addScore(score("a", 0.5, Method.LINEAR))
            .build();
    String page = page(evil);
    Document document = parse(page);
    assertThat(document.getElementsByTagName("script").getLength()).isEqualTo(0);
    assertThat(document.getDocumentElement().getTextContent()).contains(name);
  }

  @Test
  void page_nothingScored_saysSo() throws Exception {
    EvaluationResult empty =
        EvaluationResult.newBuilder()
            .setEvaluationId("e1")
            .setBenchmark("mine")
            .addTask(Task.newBuilder().setName("a").setClasses(2))
            .setTasksOfBenchmark(1)
            .build();
    var unused = parse(page(empty));
  }

  @Test
  void page_halfWrittenEvaluation_isNamedAndLeftOut() throws Exception {
    Files.createDirectories(root.resolve("scores/half/predictions"));
    Files.writeString(root.resolve("scores/half/predictions/a.jsonl.gz"), "");
    String page = page(vtab(80));
    assertThat(page).containsMatch("left out of the history: [^ <]*scores/half is not finished");
    assertThat(page).contains("This is the first evaluation");
  }

  @Test
  void page_noPredictions_isOneLineForTheTask() {
    EvaluationResult evaluation =
        EvaluationResult.newBuilder()
            .setEvaluationId("e1")
            .setBenchmark("mine")
            .addTask(Task.newBuilder().setName("a").setClasses(2))
            .setTasksOfBenchmark(1)
            .addScore(score("a", 0.5, Method.LINEAR))
            .addScore(score("a", 0.6, Method.HYDRA))
            .build();
    String page = page(evaluation);
    assertThat(page.split("no predictions are stored", -1)).hasLength(2);
    assertThat(page).contains("no predictions are stored for 2 of 2 jobs, as job-a;");
  }

  @Test
  void page_foreseenTimes_standBesideWhatTheStagesTook() throws Exception {
    Path run = Files.createDirectories(root.resolve("runs/r1"));
    Files.writeString(
        run.resolve("estimate.json"),
        """
        {"stage": [{"stage": "train", "estimatedSeconds": 40, "seconds": 50},
                   {"stage": "evaluate", "estimatedSeconds": 20}]}
        """);
    EvaluationResult.Builder evaluation = vtab(80).toBuilder().setSeconds(16);
    String page = page(evaluation.build(), root.resolve("runs").toString());
    assertThat(page).contains("<td>train</td><td>40 s</td><td>50 s</td><td>1.25</td>");
    assertThat(page).contains("<td>this evaluation</td><td>20 s</td><td>16 s</td><td>0.80</td>");
    // What carries scores over does less than was foreseen of a whole one.
    evaluation.getScoreBuilder(0).setCarriedFrom("e0");
    assertThat(page(evaluation.build(), root.resolve("runs").toString()))
        .contains("<td>this evaluation</td><td>–</td><td>16 s</td><td>–</td>");
  }

  private String page(EvaluationResult evaluation) {
    return page(evaluation, null);
  }

  private String page(EvaluationResult evaluation, @Nullable String runs) {
    String folder = root.resolve("scores/e1").toString();
    return ReportPage.of(ReportSource.of(new EvaluationFolder(folder, evaluation), null, runs));
  }

  private static EvaluationResult vtab(double percent) {
    List<Task> tasks = Catalogs.load(Catalogs.VTAB1K).getTaskList();
    EvaluationResult.Builder evaluation =
        EvaluationResult.newBuilder()
            .setEvaluationId("e1")
            .setBenchmark(Catalogs.VTAB1K)
            .addAllTask(tasks)
            .setTasksOfBenchmark(tasks.size());
    tasks.forEach(task -> evaluation.addScore(score(task.getName(), percent / 100, Method.HYDRA)));
    return evaluation.build();
  }

  private static Score score(String task, double score, Method method) {
    return Score.newBuilder()
        .setJob(JobKey.newBuilder().setTask(task).setMethod(method).setRank(2).setTune("none"))
        .setJobId("job-" + task)
        .setRun("r1")
        .setScore(score)
        .setImages(10)
        .setTrainableParameters(1000)
        .build();
  }

  private static Document parse(String page) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    return factory
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page.substring(page.indexOf('\n') + 1))));
  }
}

package io.hydrabeam.pipelines.verify;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.evaluate.EvaluateOptions;
import io.hydrabeam.pipelines.evaluate.EvaluatePipeline;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.preprocess.PreprocessOptions;
import io.hydrabeam.pipelines.preprocess.PreprocessPipeline;
import io.hydrabeam.pipelines.train.TrainOptions;
import io.hydrabeam.pipelines.train.TrainPipeline;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Score;
import io.hydrabeam.testing.glue.SyntheticGlue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores of sentences, pairs and a regression: their page, and whether forgeries are found. */
final class SentenceEvaluationTest {

  private static final String TASKS = "sst2,mrpc,stsb";

  private static final int TEXTS = 12;

  private static final String HOSTILE = "<script>alert(\"1\")</script> & \uD83D\uDC19";

  @TempDir static Path root;

  private static EvaluationFolder evaluation;

  @BeforeAll
  static void evaluate() throws Exception {
    Path input = root.resolve("glue");
    SyntheticGlue.write(input, 24, TEXTS, 5);
    // Each class once, so that one of the two is wrong whatever the model says.
    StringBuilder hostile = new StringBuilder("sentence\tlabel\n");
    for (int label = 0; label < 2; label++) {
      hostile.append(HOSTILE).append('\t').append(label).append('\n');
      hostile.append("long ".repeat(300)).append('\t').append(label).append('\n');
    }
    Files.writeString(input.resolve("SST-2/dev.tsv"), hostile);
    PreprocessOptions preprocess = PipelineOptionsFactory.create().as(PreprocessOptions.class);
    preprocess.setBenchmark(Catalogs.GLUE);
    preprocess.setTasks(TASKS);
    preprocess.setInput(input.toString());
    preprocess.setVocabulary(input.resolve("vocab.json").toString());
    preprocess.setExamples(root.resolve("examples").toString());
    preprocess.setMaxTokens(62);
    StageResult prepared = PreprocessPipeline.run(preprocess);
    assertThat(prepared.exitCode()).isEqualTo(0);
    assertThat(prepared.summary().get(0)).contains(" texts, ");
    RobertaConfig tiny = RobertaConfig.tiny(SyntheticGlue.vocabularySize(input));
    TrainOptions train = PipelineOptionsFactory.create().as(TrainOptions.class);
    train.setBenchmark(Catalogs.GLUE);
    train.setTasks(TASKS);
    train.setExamples(root.resolve("examples").toString());
    train.setRuns(root.resolve("runs").toString());
    train.setRandomBackbone("roberta/%d/64/32/2/4/64".formatted(tiny.vocabulary()));
    train.setDevice(Device.CPU);
    train.setMethod(List.of(Method.LINEAR));
    train.setEpochs(1);
    assertThat(TrainPipeline.run(train).exitCode()).isEqualTo(0);
    EvaluateOptions options = PipelineOptionsFactory.create().as(EvaluateOptions.class);
    options.setBenchmark(Catalogs.GLUE);
    options.setTasks(TASKS);
    options.setExamples(root.resolve("examples").toString());
    options.setRuns(root.resolve("runs").toString());
    options.setScores(root.resolve("scores").toString());
    options.setDevice(Device.CPU);
    StageResult scored = EvaluatePipeline.run(options);
    assertThat(scored.exitCode()).isEqualTo(0);
    evaluation = EvaluationFolder.open(scored.folder());
  }

  @Test
  void randomBackbone_tellsItsKind() {
    for (Score score : evaluation.result().getScoreList()) {
      assertThat(score.getJob().getBackboneHash()).startsWith("random:roberta/");
    }
  }

  @Test
  void page_showsSentencesAsText() throws Exception {
    String page = Files.readString(Path.of(evaluation.path(), "report.html"));
    assertThat(page).contains("Most sure and wrong");
    assertThat(page)
        .contains(
            "<p dir=\"auto\">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp;"
                + " \uD83D\uDC19</p>");
    assertThat(page).doesNotContain("<script");
    // Cut behind 239 letters.
    assertThat(page).contains("<p dir=\"auto\">" + "long ".repeat(47) + "long…</p>");
    assertThat(page).doesNotContain("long ".repeat(49));
    assertThat(page).contains("4 test texts");
    assertThat(page).doesNotContain("Not read");
    assertWithMessage("no word of images")
        .that(page.replaceAll("(?s)<style>.*?</style>", ""))
        .doesNotContainMatch("[Ii]mages?\\b");
  }

  @Test
  void page_ofARegression_hasNumbersAndNoClasses() throws Exception {
    String page = Files.readString(Path.of(evaluation.path(), "report.html"));
    String task = page.substring(page.indexOf("id=\"task-stsb\""));
    task = task.substring(0, task.indexOf("</section>"));
    assertThat(task).contains("numbers from 0 to 5");
    assertThat(task).contains("Spearman correlation");
    assertThat(task).contains("Predicted and true");
    assertThat(task).contains("Furthest from the truth");
    assertThat(task.split("<circle ", -1).length).isAtLeast(TEXTS);
    assertThat(task).doesNotContain("Confusion");
    assertThat(task).doesNotContain("classes");
  }

  @Test
  void verify_honest_stands() throws Exception {
    List<String> findings = new ArrayList<>();
    Verification.Totals totals = verify(findings);
    assertWithMessage(findings.toString()).that(totals.allStand()).isTrue();
    assertThat(totals.stand()).isEqualTo(3);
    assertThat(findings.get(0)).contains("4 of 4 texts recomputed, largest probability");
    assertThat(findings.get(2)).contains("8 of 12 texts recomputed, largest relative difference");
  }

  @Test
  void verify_changedByteInARegressionsAdapter_isFound() throws Exception {
    Score score = evaluation.result().getScore(2);
    Path adapter =
        root.resolve("runs")
            .resolve(score.getRun())
            .resolve("stsb")
            .resolve(score.getJobId())
            .resolve("adapter.safetensors");
    byte[] bytes = Files.readAllBytes(adapter);
    bytes[bytes.length - 2] ^= 0x10;
    Files.write(adapter, bytes);
    try {
      List<String> findings = new ArrayList<>();
      assertThat(verify(findings).wrong()).isEqualTo(1);
      assertThat(findings.get(2)).startsWith("WRONG");
    } finally {
      bytes[bytes.length - 2] ^= 0x10;
      Files.write(adapter, bytes);
    }
  }

  private static Verification.Totals verify(List<String> findings) throws Exception {
    return Verification.run(
        Published.open(evaluation.path()),
        new Verification.Request(8, 1, null, null, null, Device.CPU, 1, 1),
        finding -> findings.add(finding.toString()));
  }
}

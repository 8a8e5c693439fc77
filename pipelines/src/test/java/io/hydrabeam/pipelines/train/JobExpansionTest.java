package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.train.JobExpansion.PreparedTask;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Precision;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.Task;
import io.hydrabeam.protos.TrainingJob;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

class JobExpansionTest {
  private static final BackboneSource BACKBONE =
      new BackboneSource("vit.npz", "ab12", VitConfig.tiny(), Optional.empty());
  private static final List<String> ALL_SPLITS =
      List.of("train800", "val200", "train800val200", "test");

  @Test
  void expand_tasksMethodsSeeds_isTheirProductInOrder() {
    List<TrainingJob> jobs =
        expansion(settings(List.of(Method.HYDRA, Method.LINEAR), List.of(0L, 1L), Tuning.NONE))
            .expand(List.of(task("a", ALL_SPLITS), task("b", ALL_SPLITS)));
    assertThat(jobs.stream().map(JobExpansionTest::summary))
        .containsExactly(
            "a HYDRA 0",
            "a HYDRA 1",
            "a LINEAR 0",
            "a LINEAR 1",
            "b HYDRA 0",
            "b HYDRA 1",
            "b LINEAR 0",
            "b LINEAR 1")
        .inOrder();
    assertThat(jobs.stream().map(TrainingJob::getJobId).distinct().count()).isEqualTo(8);
  }

  @Test
  void expand_holdout_trainsOnEverythingAndScoresNothing() {
    JobKey key = only(Protocol.HOLDOUT).getKey();
    assertThat(key.getTrainSplit()).isEqualTo("train800val200");
    assertThat(key.getEvalSplit()).isEmpty();
    assertThat(key.getEvalEveryEpochs()).isEqualTo(0);
  }

  @Test
  void expand_paper_scoresTheTestSplitEveryTenEpochs() {
    JobKey key = only(Protocol.PAPER).getKey();
    assertThat(key.getTrainSplit()).isEqualTo("train800val200");
    assertThat(key.getEvalSplit()).isEqualTo("test");
    assertThat(key.getEvalEveryEpochs()).isEqualTo(10);
  }

  @Test
  void expand_job_saysWhereItsFilesAre() {
    TrainingJob job = only(Protocol.HOLDOUT);
    assertThat(job.getOutput()).isEqualTo("runs/r1/a/" + job.getJobId());
    assertThat(job.getExamples()).isEqualTo("examples");
    assertThat(job.getBackbone()).isEqualTo("vit.npz");
    assertThat(job.getJobId()).isEqualTo(JobId.of(job.getKey()));
  }

  @Test
  void expand_linear_hasNoAdapterSettings() {
    JobKey key =
        expansion(settings(List.of(Method.LINEAR), List.of(0L), Tuning.NONE))
            .expand(List.of(task("a", ALL_SPLITS)))
            .get(0)
            .getKey();
    assertThat(key.getRank()).isEqualTo(0);
    assertThat(key.getSiteList()).isEmpty();
  }

  @Test
  void expand_tuning_givesTheGridOnTrain800ScoredOnVal200() {
    JobExpansion expansion =
        expansion(settings(List.of(Method.HYDRA), List.of(0L, 1L), Tuning.VAL200));
    List<TrainingJob> jobs = expansion.expand(List.of(task("a", ALL_SPLITS)));
    assertThat(jobs).hasSize(2 * 4);
    assertThat(expansion.trainings(jobs)).isEqualTo(2 * 4 + 2);
    for (TrainingJob job : jobs) {
      assertThat(job.getKey().getTrainSplit()).isEqualTo("train800");
      assertThat(job.getKey().getEvalSplit()).isEqualTo("val200");
      assertThat(job.getKey().getEvalEveryEpochs()).isEqualTo(100);
    }
    assertThat(jobs.stream().limit(4).map(TrainingJob::getTuningOrder))
        .containsExactly(0, 1, 2, 3)
        .inOrder();
    assertThat(jobs.stream().map(TrainingJob::getTuningGroup).distinct())
        .containsExactly("a HYDRA seed 0", "a HYDRA seed 1");
  }

  @Test
  void afterTuning_winner_isTrainedOnEverythingAndNeverSeesTest() {
    TrainingJob winner =
        expansion(settings(List.of(Method.HYDRA), List.of(0L), Tuning.VAL200))
            .expand(List.of(task("a", ALL_SPLITS)))
            .get(3);
    TrainingJob job = JobExpansion.afterTuning(winner, 4, Protocol.HOLDOUT, "0.75");
    JobKey key = job.getKey();
    assertThat(key.getTrainSplit()).isEqualTo("train800val200");
    assertThat(key.getEvalSplit()).isEmpty();
    assertThat(key.getTune()).isEqualTo("val200");
    assertThat(key.getRecipe().getLearningRate()).isEqualTo(5e-3);
    assertThat(key.getRecipe().getScale()).isEqualTo(4);
    assertThat(key.getRecipe().getOrigin()).startsWith("learning rate and scale: best of 4");
    assertThat(job.getTuningGroup()).isEmpty();
    assertThat(job.getOutput()).isEqualTo("runs/r1/a/" + job.getJobId());
  }

  @Test
  void expand_paperWithTuning_candidatesAreThoseOfHoldout() {
    JobSettings holdout = settings(List.of(Method.HYDRA), List.of(0L), Tuning.VAL200);
    List<PreparedTask> tasks = List.of(task("a", ALL_SPLITS));
    assertThat(expansion(withProtocol(holdout, Protocol.PAPER)).expand(tasks))
        .isEqualTo(expansion(holdout).expand(tasks));
  }

  @Test
  void expand_fixedLearningRate_isNotSearched() {
    JobSettings settings = settings(List.of(Method.HYDRA), List.of(0L), Tuning.VAL200);
    Recipe fixed = Recipe.newBuilder().setLearningRate(0.5).build();
    List<TrainingJob> jobs =
        expansion(withOverrides(settings, fixed)).expand(List.of(task("a", ALL_SPLITS)));
    assertThat(jobs.stream().map(job -> job.getKey().getRecipe().getLearningRate()))
        .containsExactly(0.5, 0.5);
    assertThat(jobs.stream().map(job -> job.getKey().getRecipe().getScale()))
        .containsExactly(0.1, 4.0)
        .inOrder();
  }

  @Test
  void expand_otherClassCount_isUsageError() {
    PreparedTask task = task("a", ALL_SPLITS);
    PreparedTask other =
        PreparedTask.of(task.task().toBuilder().setClasses(7).build(), task.variant(""));
    assertUsage(
        other, "a: the examples were made for 3 classes, the catalog says 7; run preprocess again");
  }

  @Test
  void expand_otherImageSize_isUsageErrorWithTheRemedy() {
    PreparedTask task = task("a", ALL_SPLITS);
    DatasetInfo info =
        task.variant("").toBuilder()
            .setImageOptions(ImageOptions.newBuilder().setImageSize(48))
            .build();
    assertUsage(
        PreparedTask.of(task.task(), info),
        "a: the examples are 48 pixels wide, the backbone takes 32; run preprocess with"
            + " --imageSize=32");
  }

  @Test
  void expand_splitMissing_isUsageError() {
    assertUsage(
        task("a", List.of("train800", "test")),
        "a: the examples have no split train800val200, only train800, test");
  }

  @Test
  void expand_holdoutWithoutTestSplit_isFine() {
    List<TrainingJob> jobs =
        expansion(settings(List.of(Method.HYDRA), List.of(0L), Tuning.VAL200))
            .expand(List.of(task("a", List.of("train800", "val200", "train800val200"))));
    assertThat(jobs).isNotEmpty();
  }

  @Test
  void trainableParameters_vtabOnBase16_areThePublishedOnes() {
    TrainOptions options = PipelineOptionsFactory.create().as(TrainOptions.class);
    options.setBenchmark(Catalogs.VTAB1K);
    options.setRandomBackbone("base16");
    TrainPlan plan = TrainPlan.foreseen(options, (task, variant) -> foreseen(task, 224));
    assertThat(plan.jobs()).hasSize(19);
    for (TrainingJob job : plan.jobs()) {
      int classes = job.getKey().getClasses();
      assertThat(plan.trainableParameters(job)).isEqualTo(239_712 + 769L * classes);
      assertThat(plan.totalParameters(job)).isEqualTo(85_798_656 + 239_712 + 769L * classes);
      assertThat(job.getKey().getRecipe().getOrigin())
          .isEqualTo("published with the original code; how they were chosen is unknown");
    }
    // The paper's table says 0.28 M.
    assertThat(plan.jobs().stream().mapToLong(plan::trainableParameters).average().orElseThrow())
        .isWithin(1)
        .of(277_757);
    assertThat(plan.lines().get(1))
        .startsWith("cifar hydra: trainable 316,612 of 86,115,268 (0.37%); learningRate=5.0E-4 ");
  }

  private static DatasetInfo foreseen(Task task, int imageSize) {
    DatasetInfo.Builder info =
        DatasetInfo.newBuilder()
            .setBenchmark(Catalogs.VTAB1K)
            .setTask(task)
            .setImageOptions(ImageOptions.newBuilder().setImageSize(imageSize));
    ALL_SPLITS.forEach(split -> info.addSplit(SplitInfo.newBuilder().setName(split)));
    return info.build();
  }

  private static void assertUsage(PreparedTask task, String line) {
    JobExpansion expansion = expansion(settings(List.of(Method.HYDRA), List.of(0L), Tuning.NONE));
    HydraException thrown =
        assertThrows(HydraException.class, () -> expansion.expand(List.of(task)));
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(thrown).hasMessageThat().isEqualTo(line);
  }

  private static TrainingJob only(Protocol protocol) {
    JobSettings settings = settings(List.of(Method.HYDRA), List.of(0L), Tuning.NONE);
    return expansion(withProtocol(settings, protocol))
        .expand(List.of(task("a", ALL_SPLITS)))
        .get(0);
  }

  private static JobExpansion expansion(JobSettings settings) {
    return new JobExpansion(
        Catalog.getDefaultInstance(),
        settings,
        BACKBONE,
        HeadSource.withoutText(HeadStart.AUTO),
        new JobExpansion.Place("examples", "runs/r1"));
  }

  private static String summary(TrainingJob job) {
    JobKey key = job.getKey();
    return key.getTask() + " " + key.getMethod() + " " + key.getSeed();
  }

  private static PreparedTask task(String name, List<String> splits) {
    Task task = Task.newBuilder().setName(name).setClasses(3).build();
    DatasetInfo.Builder info =
        DatasetInfo.newBuilder()
            .setBenchmark("bench")
            .setTask(task)
            .setDataHash("data-" + name)
            .setImageOptions(ImageOptions.newBuilder().setImageSize(32));
    splits.forEach(split -> info.addSplit(SplitInfo.newBuilder().setName(split)));
    return PreparedTask.of(task, info.build());
  }

  private static JobSettings settings(List<Method> methods, List<Long> seeds, Tuning tuning) {
    TuningGrid grid = new TuningGrid(List.of(1e-3, 5e-3), List.of(0.1, 4.0));
    return new JobSettings(
        methods,
        new AdapterSettings(OptionalInt.of(2), Branches.BOTH, List.of(), AdapterStart.TRAINED),
        Recipe.getDefaultInstance(),
        List.of(0),
        seeds,
        new ChoiceSettings(
            Protocol.HOLDOUT, Set.of(), tuning, Map.of(Method.HYDRA, grid, Method.LINEAR, grid)),
        Normalization.HALF,
        Precision.FP32,
        1);
  }

  private static JobSettings withProtocol(JobSettings of, Protocol protocol) {
    ChoiceSettings choice = of.choice();
    return copy(
        of,
        of.overrides(),
        new ChoiceSettings(protocol, choice.quirks(), choice.tuning(), choice.grids()));
  }

  private static JobSettings withOverrides(JobSettings of, Recipe overrides) {
    return copy(of, overrides, of.choice());
  }

  private static JobSettings copy(JobSettings of, Recipe overrides, ChoiceSettings choice) {
    return new JobSettings(
        of.methods(),
        of.adapters(),
        overrides,
        of.shots(),
        of.seeds(),
        choice,
        of.normalization(),
        of.precision(),
        of.recipeVersion());
  }
}

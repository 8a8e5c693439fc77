package io.hydrabeam.pipelines.train;

import io.hydrabeam.pipelines.common.DeviceOptions;
import io.hydrabeam.pipelines.common.ModelOptions;
import io.hydrabeam.pipelines.common.RunsOptions;
import io.hydrabeam.pipelines.common.VocabularyOptions;
import io.hydrabeam.pipelines.common.WorkerOptions;
import io.hydrabeam.pipelines.fewshot.SampleOptions;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.Site;
import java.util.List;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.jspecify.annotations.Nullable;

/** Options of {@code train}. */
public interface TrainOptions
    extends SampleOptions,
        RunsOptions,
        ModelOptions,
        DeviceOptions,
        WorkerOptions,
        VocabularyOptions {

  @Description(
      "Draws the backbone from each job's seed instead of reading one: sample, tiny, ti16, small16,"
          + " base32, base16, large16, image/patch/width/depth/heads/mlp as in 48/8/96/4/3/384; of texts"
          + " roberta-tiny, roberta-base, roberta-large, or"
          + " roberta/vocabulary/positions/width/depth/heads/mlp as in"
          + " roberta/50265/514/192/4/3/768.")
  @Nullable String getRandomBackbone();

  void setRandomBackbone(@Nullable String value);

  @Description("Rank of the adapters' branches; default: the benchmark's, else 2.")
  @Nullable Integer getRank();

  void setRank(@Nullable Integer value);

  @Description("Branches of the adapters.")
  @Default.Enum("BOTH")
  Branches getBranches();

  void setBranches(Branches value);

  @Description(
      "Layers of each block that carry adapters; default: the benchmark's, else attention,mlp.")
  @Nullable List<Site> getSites();

  void setSites(@Nullable List<Site> value);

  @Description(
      "Adapter that tasks which go on from another task's start from (in glue mrpc, rte and stsb from"
          + " mnli's): auto, the one that the same command trains first or finds finished; none; or"
          + " the folder of a finished training, <runs>/<runId>/<task>/<jobId>.")
  @Default.String(AdapterStart.AUTO)
  String getStartAdapter();

  void setStartAdapter(String value);

  @Description("Adapter scale s; default: the task's, from the catalog.")
  @Nullable Double getScale();

  void setScale(@Nullable Double value);

  @Description("Dropout in the adapters, in [0, 1); default: the task's.")
  @Nullable Double getDropout();

  void setDropout(@Nullable Double value);

  @Description("Stochastic depth of the last block, in [0, 1); default: the task's; linear: 0.")
  @Nullable Double getDropPath();

  void setDropPath(@Nullable Double value);

  @Description("Base learning rate; default: the task's.")
  @Nullable Double getLearningRate();

  void setLearningRate(@Nullable Double value);

  @Description("Weight decay, decoupled with AdamW, in the gradient with SGD; default: the task's.")
  @Nullable Double getWeightDecay();

  void setWeightDecay(@Nullable Double value);

  @Description("Images or texts in a training step; default: the task's.")
  @Nullable Integer getBatch();

  void setBatch(@Nullable Integer value);

  @Description("Passes over the training data; default: the task's.")
  @Nullable Integer getEpochs();

  void setEpochs(@Nullable Integer value);

  @Description(
      "holdout: the test data are looked at once, after training; paper: the best test score of"
          + " the evaluations every 10 epochs (few-shot: every epoch), as the original reports.")
  @Default.Enum("HOLDOUT")
  Protocol getProtocol();

  void setProtocol(Protocol value);

  @Description(
      "The original ELEVATER code's mistakes to repeat: none, seed for all, or some of"
          + " batch_norm_frozen, sweep_left_neighbour, lost_end_token, shared_generator.")
  @Nullable List<String> getQuirks();

  void setQuirks(@Nullable List<String> value);

  @Description(
      "Searches hyper-parameters on the validation data first; val200: learning rate and scale;"
          + " sweep: learning rate and weight decay, up to 90 short trainings; default: the"
          + " benchmark's, else none.")
  @Nullable Tuning getTune();

  void setTune(@Nullable Tuning value);

  @Description(
      "What heads start from: text features of the class names, zeros, or auto: text where the"
          + " backbone has a text tower and the recipe a batch norm, else the recipe's own start.")
  @Default.Enum("AUTO")
  HeadStart getHeadStart();

  void setHeadStart(HeadStart value);

  @Description(
      "Class names and phrases for text features, JSON: {\"task\": {\"classes\": […],"
          + " \"templates\": [\"a picture of {}.\"]}}; default: the data's names in one phrase.")
  @Nullable String getPrompts();

  void setPrompts(@Nullable String value);

  @Description("Learning rates that --tune=val200 tries; default: a short list for each method.")
  @Nullable List<Double> getTuneLearningRates();

  void setTuneLearningRates(@Nullable List<Double> value);

  @Description("Adapter scales that --tune=val200 tries; default: a short list for each method.")
  @Nullable List<Double> getTuneScales();

  void setTuneScales(@Nullable List<Double> value);

  @Description("Pixel normalization; default: what the backbone's sidecar says, else imagenet.")
  @Nullable Normalization getNormalization();

  void setNormalization(@Nullable Normalization value);

  @Description(
      "Jobs trained together in one graph, at most: those of a task that differ in seed, learning"
          + " rate and decay only. Measured for a tiny model; results differ in last bits.")
  @Default.Integer(1)
  int getStack();

  void setStack(int value);

  @Description("Largest training set kept in memory, MiB; a larger one is read at each step.")
  @Default.Long(8192)
  long getMemoryBudget();

  void setMemoryBudget(long value);
}

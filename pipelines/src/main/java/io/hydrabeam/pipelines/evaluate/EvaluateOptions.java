package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.common.BaselineOptions;
import io.hydrabeam.pipelines.common.DeviceOptions;
import io.hydrabeam.pipelines.common.HydraOptions;
import io.hydrabeam.pipelines.common.ModelOptions;
import io.hydrabeam.pipelines.common.RunsOptions;
import io.hydrabeam.pipelines.common.ScoresOptions;
import io.hydrabeam.pipelines.common.WorkerOptions;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.jspecify.annotations.Nullable;

/** Options of {@code evaluate}. */
public interface EvaluateOptions
    extends HydraOptions,
        RunsOptions,
        ScoresOptions,
        ModelOptions,
        DeviceOptions,
        WorkerOptions,
        BaselineOptions {

  @Description("Images that are classified at once.")
  @Default.Integer(32)
  int getEvalBatch();

  void setEvalBatch(int value);

  @Description(
      "Test images or texts, spread over the split, on which each adapter is scored again without its parallel and"
          + " without its sequential branches; 0: not done.")
  @Default.Integer(256)
  int getAblationImages();

  void setAblationImages(int value);

  @Description(
      "Random images or texts of each score carried over from an earlier evaluation that are recomputed and"
          + " compared with what it stored; 0 trusts it. --force carries nothing over.")
  @Default.Integer(32)
  int getCanary();

  void setCanary(int value);

  @Description(
      "Makes at most one evaluation in each period, for commands that a clock starts: minutes, hours"
          + " or days, as in 30m, 24h or 7d, counted from midnight UTC.")
  @Nullable String getEvery();

  void setEvery(@Nullable String value);
}

package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.common.DeviceOptions;
import io.hydrabeam.pipelines.common.HydraOptions;
import io.hydrabeam.pipelines.common.RunsOptions;
import io.hydrabeam.pipelines.common.ScoresOptions;
import io.hydrabeam.protos.Method;
import java.util.List;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.jspecify.annotations.Nullable;

/** Options of {@code evaluate}. */
public interface EvaluateOptions extends HydraOptions, RunsOptions, ScoresOptions, DeviceOptions {

  @Description(
      "Backbone weights that the jobs were trained on; sample is the one inside the program.")
  @Default.String("sample")
  String getBackbone();

  void setBackbone(String value);

  @Description("Only jobs of these methods; default: all.")
  @Nullable List<Method> getMethod();

  void setMethod(@Nullable List<Method> value);

  @Description("Images that are classified at once.")
  @Default.Integer(32)
  int getEvalBatch();

  void setEvalBatch(int value);
}

package io.hydrabeam.pipelines.common;

import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Precision;
import java.util.List;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** Which backbone and which methods; for the stages that train or score. */
public interface ModelOptions extends PipelineOptions {

  @Description("Backbone weights, safetensors or npz; sample is the small one inside the program.")
  @Default.String("sample")
  String getBackbone();

  void setBackbone(String value);

  @Description(
      "What is trained: adapters and head, the head only, or everything; of a list, each. Default:"
          + " hydra when training, all there are when scoring.")
  @Nullable List<Method> getMethod();

  void setMethod(@Nullable List<Method> value);

  @Description(
      "Number format of the matrix products: fp32, or bf16, about 1.7 times as fast where the"
          + " processor knows it; what is trained, its optimizer, norms and loss stay in fp32.")
  @Default.Enum("FP32")
  Precision getPrecision();

  void setPrecision(Precision value);
}

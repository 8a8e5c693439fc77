package io.hydrabeam.runners;

import io.hydrabeam.model.benchmark.Workload;
import io.hydrabeam.pipelines.common.DeviceOptions;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Precision;
import java.util.List;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.DefaultValueFactory;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** Options of {@code benchmark}. */
public interface BenchmarkOptions extends DeviceOptions {

  @Description(
      "Sizes of the model: tiny, ti16, small16, base32, base16, large16, clip-base32, clip-base16, or"
          + " image/patch/width/depth/heads/mlp as in 48/8/96/4/3/384; of texts roberta-tiny,"
          + " roberta-base, roberta-large, or roberta/vocabulary/positions/width/depth/heads/mlp;"
          + " weights, images and tokens are random.")
  @Default.String("base16")
  String getModel();

  void setModel(String value);

  @Description("What is measured; of a list, one after another.")
  @Default.InstanceFactory(AllKinds.class)
  List<Workload.Kind> getMeasure();

  void setMeasure(List<Workload.Kind> value);

  @Description("What a training trains: adapters and head, the head only, or everything.")
  @Default.Enum("HYDRA")
  Method getMethod();

  void setMethod(Method value);

  @Description(
      "Rank of the adapters' branches; of texts the sequential ones have twice as much, as in GLUE's"
          + " recipes.")
  @Default.Integer(2)
  int getRank();

  void setRank(int value);

  @Description("Classes of the head.")
  @Default.Integer(100)
  int getClasses();

  void setClasses(int value);

  @Description(
      "Tokens of a text, start and end included; padded to a multiple of 16, above 128 of 64.")
  @Default.Integer(128)
  int getTokens();

  void setTokens(int value);

  @Description("Images or texts of a step.")
  @Default.Integer(16)
  int getBatch();

  void setBatch(int value);

  @Description("Number formats of the large matrix products; of a list, one after another.")
  @Default.InstanceFactory(SinglePrecision.class)
  List<Precision> getPrecision();

  void setPrecision(List<Precision> value);

  @Description("Measured steps of each job.")
  @Default.Integer(5)
  int getSteps();

  void setSteps(int value);

  @Description("Steps before the measured ones; the first prepares the graph.")
  @Default.Integer(2)
  int getWarmUp();

  void setWarmUp(int value);

  @Description("File that the table is also written to, comma-separated; replaced if it exists.")
  @Nullable String getCsv();

  void setCsv(@Nullable String value);

  /** Both. */
  final class AllKinds implements DefaultValueFactory<List<Workload.Kind>> {
    @Override
    public List<Workload.Kind> create(PipelineOptions options) {
      return List.of(Workload.Kind.values());
    }
  }

  /** 32 bits. */
  final class SinglePrecision implements DefaultValueFactory<List<Precision>> {
    @Override
    public List<Precision> create(PipelineOptions options) {
      return List.of(Precision.FP32);
    }
  }
}

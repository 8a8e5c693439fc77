package io.hydrabeam.runners;

import io.hydrabeam.pipelines.common.DeviceOptions;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.jspecify.annotations.Nullable;

/** Options of {@code verify}. */
public interface VerifyOptions extends LauncherOptions, DeviceOptions {

  @Description(
      "Folder of an evaluation, <scores>/<evaluationId>, local or gs://, or of evaluations: then the"
          + " newest finished one; also accepted without --scores=.")
  @Default.String("hydra-out/scores")
  String getScores();

  void setScores(String value);

  @Description(
      "Random test images or texts of each score that are recomputed; all, if it has fewer.")
  @Default.Integer(64)
  int getImages();

  void setImages(int value);

  @Description("Decides which of them; default: another at each start. The last line tells it.")
  @Nullable Long getSeed();

  void setSeed(@Nullable Long value);

  @Description(
      "Folder of the TFRecords; default: where evaluate read them, or examples beside --scores.")
  @Nullable String getExamples();

  void setExamples(@Nullable String value);

  @Description(
      "Folder of the training runs; default: where evaluate read them, or runs beside --scores.")
  @Nullable String getRuns();

  void setRuns(@Nullable String value);

  @Description("Backbone weights, safetensors or npz; default: those that evaluate read.")
  @Nullable String getBackbone();

  void setBackbone(@Nullable String value);
}

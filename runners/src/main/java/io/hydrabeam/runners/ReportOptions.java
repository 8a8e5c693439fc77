package io.hydrabeam.runners;

import io.hydrabeam.pipelines.common.ScoresOptions;
import java.util.List;
import org.apache.beam.sdk.options.Description;
import org.jspecify.annotations.Nullable;

/** Options of {@code report}. */
public interface ReportOptions extends LauncherOptions, ScoresOptions {

  @Description(
      "Folders of evaluations, <scores>/<evaluationId>; also accepted without --evaluations=; by"
          + " default the newest below --scores.")
  @Nullable List<String> getEvaluations();

  void setEvaluations(@Nullable List<String> value);

  @Description(
      "Folder of the TFRecords, for thumbnails and sentences; by default where evaluate read them.")
  @Nullable String getExamples();

  void setExamples(@Nullable String value);

  @Description("Folder of the training runs, for curves; by default where evaluate read them.")
  @Nullable String getRuns();

  void setRuns(@Nullable String value);
}

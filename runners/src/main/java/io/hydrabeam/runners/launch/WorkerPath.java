package io.hydrabeam.runners.launch;

import io.hydrabeam.pipelines.backbones.Backbones;
import io.hydrabeam.pipelines.common.HydraOptions;
import io.hydrabeam.pipelines.common.ModelOptions;
import io.hydrabeam.pipelines.common.RunsOptions;
import io.hydrabeam.pipelines.common.ScoresOptions;
import io.hydrabeam.pipelines.preprocess.PreprocessOptions;
import io.hydrabeam.pipelines.storage.LocalFiles;
import io.hydrabeam.pipelines.train.TrainOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/**
 * A file or folder that workers read or write.
 *
 * @param option that names it, without {@code --}
 * @param value what it is set to
 * @param isOutput whether it is a folder that stages write below
 * @param setter of the option
 */
public record WorkerPath(String option, String value, boolean isOutput, Consumer<String> setter) {

  /**
   * Those that a command's options name; what is built in or not set is none.
   *
   * @param type interface of the options
   */
  public static List<WorkerPath> of(
      PipelineOptions options, Class<? extends PipelineOptions> type) {
    List<WorkerPath> paths = new ArrayList<>();
    if (HydraOptions.class.isAssignableFrom(type)) {
      HydraOptions own = options.as(HydraOptions.class);
      paths.add(new WorkerPath("examples", own.getExamples(), true, own::setExamples));
    }
    if (RunsOptions.class.isAssignableFrom(type)) {
      RunsOptions own = options.as(RunsOptions.class);
      paths.add(new WorkerPath("runs", own.getRuns(), true, own::setRuns));
    }
    if (ScoresOptions.class.isAssignableFrom(type)) {
      ScoresOptions own = options.as(ScoresOptions.class);
      paths.add(new WorkerPath("scores", own.getScores(), true, own::setScores));
    }
    if (ModelOptions.class.isAssignableFrom(type)) {
      ModelOptions own = options.as(ModelOptions.class);
      if (!own.getBackbone().equals(Backbones.SAMPLE)) {
        paths.add(new WorkerPath("backbone", own.getBackbone(), false, own::setBackbone));
      }
    }
    if (TrainOptions.class.isAssignableFrom(type)) {
      TrainOptions own = options.as(TrainOptions.class);
      addInput(paths, "vocabulary", own.getVocabulary(), own::setVocabulary);
    }
    if (PreprocessOptions.class.isAssignableFrom(type)) {
      PreprocessOptions own = options.as(PreprocessOptions.class);
      addInput(paths, "input", own.getInput(), own::setInput);
      addInput(paths, "registry", own.getRegistry(), own::setRegistry);
    }
    return paths;
  }

  private static void addInput(
      List<WorkerPath> paths, String option, @Nullable String value, Consumer<String> setter) {
    if (value != null) {
      paths.add(new WorkerPath(option, value, false, setter));
    }
  }

  /** Makes a relative local path absolute, as a worker has another working directory. */
  public void makeAbsolute() {
    if (LocalFiles.isLocal(value)) {
      setter.accept(Path.of(value).toAbsolutePath().normalize().toString());
    }
  }
}

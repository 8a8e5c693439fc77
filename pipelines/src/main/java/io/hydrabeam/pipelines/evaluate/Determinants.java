package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.common.ProgramFingerprint;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.train.LocalAdapter;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * All that determines a job's predictions, as a hash: where it is the same, an earlier evaluation's
 * stand. Names and places of runs and files are no part of it.
 *
 * @param program classes, TensorFlow, device and settings of the computation, the same for all jobs
 */
record Determinants(List<String> program) {

  Determinants {
    program = List.copyOf(program);
  }

  /**
   * Of what the options ask for. Where workers are elsewhere, {@code --device=auto} stands for
   * itself: nobody knows here what they have.
   */
  static Determinants of(EvaluateOptions options) {
    EvaluateSetup setup = EvaluateSetup.from(options, "");
    List<String> program = new ArrayList<>();
    program.add("program " + ProgramFingerprint.hex());
    program.add("tensorflow " + ProgramFingerprint.tensorflow());
    program.add("precision " + setup.model().precision());
    program.add("device " + device(options, setup));
    program.add("threads %d, batch %d".formatted(setup.model().threads(), setup.model().batch()));
    return new Determinants(program);
  }

  private static String device(EvaluateOptions options, EvaluateSetup setup) {
    boolean here = options.getRunner().getName().startsWith("org.apache.beam.runners.direct.");
    if (setup.model().device() == Device.CPU || (setup.model().device() == Device.AUTO && here)) {
      return setup.runtime().deviceName();
    }
    return setup.model().device().name().toLowerCase(Locale.ROOT);
  }

  /**
   * The hash of a job's predictions.
   *
   * @param whole all of its test split
   */
  String hash(EvaluationShard whole) {
    List<String> parts = new ArrayList<>(program);
    JobResult job = whole.getJob();
    parts.add("job " + job.getJobId());
    job.getFileHashMap().entrySet().stream()
        .filter(file -> LocalAdapter.FILES.contains(file.getKey()))
        .map(file -> file.getKey() + " " + file.getValue())
        .sorted()
        .forEach(parts::add);
    Task task = whole.getInfo().getTask();
    parts.add(
        "%s, %d classes, multilabel %s"
            .formatted(task.getMetric(), task.getClasses(), task.getMultilabel()));
    task.getAlsoList()
        .forEach(
            also ->
                parts.add(
                    "also %s %s '%s'".formatted(also.getName(), also.getMetric(), also.getPart())));
    ImageOptions images = whole.getInfo().getImageOptions();
    parts.add("%d pixels by %s".formatted(images.getImageSize(), images.getResize()));
    parts.add("images " + ExampleFolder.split(whole.getInfo(), Splits.TEST).getContentHash());
    ExampleFolder.hidden(whole.getInfo())
        .ifPresent(hidden -> parts.add("hidden " + hidden.getContentHash()));
    return Hashing.sha256Hex(parts);
  }
}

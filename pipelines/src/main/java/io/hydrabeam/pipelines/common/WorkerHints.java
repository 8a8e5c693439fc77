package io.hydrabeam.pipelines.common;

import java.util.regex.Pattern;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.resourcehints.ResourceHints;

/** The resource hints of steps that compute models, from {@link WorkerOptions}. */
public final class WorkerHints {

  /** A type alone gets one card and its driver, which Dataflow does not install by itself. */
  private static final String ONE_CARD = "type:%s;count:1;install-nvidia-driver";

  private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9-]*");
  private static final Pattern HINT =
      Pattern.compile("type:[a-z][a-z0-9-]*(;[a-z_-]+(:[\\w.-]+)?)*");
  private static final Pattern MEMORY = Pattern.compile("\\d+(\\.\\d+)?[KMGT]i?B");

  private WorkerHints() {}

  /**
   * Hints for a step; none where the options ask for nothing.
   *
   * @throws HydraException usage, if an option cannot be understood
   */
  public static ResourceHints of(PipelineOptions options) {
    WorkerOptions workers = options.as(WorkerOptions.class);
    ResourceHints hints = ResourceHints.create();
    String accelerator = workers.getAccelerator();
    if (accelerator != null) {
      hints = hints.withAccelerator(accelerator(accelerator));
    }
    String memory = workers.getWorkerMemory();
    if (memory != null) {
      if (!MEMORY.matcher(memory).matches()) {
        throw HydraException.usage(
            "--workerMemory=%s is no number with a unit, as in 52GB or 48GiB".formatted(memory));
      }
      hints = hints.withMinRam(memory);
    }
    return hints;
  }

  private static String accelerator(String given) {
    if (TYPE.matcher(given).matches()) {
      return ONE_CARD.formatted(given);
    }
    if (HINT.matcher(given).matches()) {
      return given;
    }
    throw HydraException.usage(
        "--accelerator=%s is neither a GPU's type, as in nvidia-tesla-t4, nor a hint, as in \"%s\""
            .formatted(given, ONE_CARD.formatted("nvidia-tesla-t4")));
  }
}

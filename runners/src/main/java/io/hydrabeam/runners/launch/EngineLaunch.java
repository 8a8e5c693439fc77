package io.hydrabeam.runners.launch;

import java.io.PrintStream;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;

/** A launch of a command whose pipelines run elsewhere than in this process's DirectRunner. */
public interface EngineLaunch {

  /** Whether options, by name, ask for a runner, by its short or full name in any case. */
  static boolean isRunner(Map<String, String> options, String name) {
    String runner = options.getOrDefault("runner", "");
    return runner.substring(runner.lastIndexOf('.') + 1).equalsIgnoreCase(name);
  }

  /** Options of the runner as given, and those that the launch adds to them and the command's. */
  Map<String, String> options();

  /**
   * Makes sure, before work starts, that the workers can do it.
   *
   * @param options of the command
   * @param type their interface
   * @throws io.hydrabeam.pipelines.common.HydraException what is wrong
   */
  void prepare(PipelineOptions options, Class<? extends PipelineOptions> type, PrintStream err)
      throws InterruptedException;

  /** What a failure of the command means on this engine; the failure itself if it tells that. */
  RuntimeException explain(RuntimeException failure);

  /**
   * Whether the command ended early because its work is left to somebody else: nothing of it failed
   * and nothing is known of it yet.
   */
  default boolean isHandedOver(RuntimeException ended) {
    return false;
  }
}

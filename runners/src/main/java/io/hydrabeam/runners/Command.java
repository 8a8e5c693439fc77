package io.hydrabeam.runners;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptions;

/** A sub-command of the launcher. */
interface Command {

  /** The word after the program's name, lower case. */
  String name();

  /** What it does, in one line. */
  String summary();

  /** Interface whose getters are the command's options, without those of the launcher. */
  Class<? extends PipelineOptions> optionsType();

  /** Values that differ from the options' own defaults, by option name. */
  default Map<String, String> defaults(Map<String, String> given) {
    return Map.of();
  }

  /** List option that takes words without {@code --}; empty: such words are errors. */
  default Optional<String> operandOption() {
    return Optional.empty();
  }

  /** The same, where it depends on the command line's options. */
  default Optional<String> operandOption(Map<String, String> given) {
    return operandOption();
  }

  /** Options that take words without {@code --} in this order, one each. */
  default List<String> operandNames() {
    return List.of();
  }

  /** Whether it runs pipelines, which {@code --runner} may send to other machines. */
  default boolean isStage() {
    return false;
  }

  /** Whether it looks itself at the remote paths among its options, and says what is wrong. */
  default boolean looksAtPaths() {
    return false;
  }

  /**
   * Does the work.
   *
   * @param options convertible to {@link #optionsType}
   * @return the process's exit code
   * @throws Exception one line of what went wrong when it is expected, see {@link ErrorReport}
   */
  int run(PipelineOptions options, Terminal terminal) throws Exception;
}

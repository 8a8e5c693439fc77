package io.hydrabeam.runners;

import io.hydrabeam.pipelines.catalog.NearestName;
import io.hydrabeam.pipelines.common.HydraException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The words of a command line, taken apart but not yet looked at: {@code command --name=value …}.
 *
 * @param command first word without {@code --}; empty if there is none
 * @param values of options in the order given; a bare {@code --name} has the value {@link #BARE}
 * @param operands further words without {@code --}
 */
record CommandLine(Optional<String> command, Map<String, String> values, List<String> operands) {

  /** Stands for the value of an option written without one. */
  static final String BARE = "";

  /**
   * Takes the words apart.
   *
   * @throws HydraException usage, if a word is no option and no name, or an option stands twice
   */
  static CommandLine parse(List<String> words) {
    Optional<String> command = Optional.empty();
    Map<String, String> values = new LinkedHashMap<>();
    List<String> operands = new ArrayList<>();
    for (String word : words) {
      if (word.equals("-h")) {
        values.put("help", BARE);
      } else if (word.startsWith("--")) {
        int equals = word.indexOf('=');
        String name = word.substring(2, equals < 0 ? word.length() : equals);
        String value = equals < 0 ? BARE : word.substring(equals + 1);
        if (equals >= 0 && value.isBlank()) {
          throw HydraException.usage("--%s= has no value".formatted(name));
        }
        if (values.put(name, value) != null) {
          throw HydraException.usage("--%s is given twice".formatted(name));
        }
      } else if (word.startsWith("-") && word.length() > 1) {
        throw HydraException.usage(
            "%s is no option: options are written --name=value".formatted(word));
      } else if (command.isEmpty()) {
        command = Optional.of(word);
      } else {
        operands.add(word);
      }
    }
    return new CommandLine(command, values, operands);
  }

  /**
   * A usage error that names the wrong word and, if one is near, the right one.
   *
   * @param what the error, with the wrong word
   * @param prefix of a name where it is typed, as in "--"
   * @param hint where the right names are found
   */
  static HydraException unknown(
      String what, String name, Collection<String> known, String prefix, String hint) {
    String guess =
        NearestName.of(name, known)
            .map(n -> "; did you mean %s%s?".formatted(prefix, n))
            .orElse("");
    return HydraException.usage("%s%s (%s)".formatted(what, guess, hint));
  }
}

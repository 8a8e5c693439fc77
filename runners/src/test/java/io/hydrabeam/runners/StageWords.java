package io.hydrabeam.runners;

import java.util.ArrayList;
import java.util.List;

/** Command lines of the stages for {@link PreparedImages}. */
final class StageWords {
  private StageWords() {}

  /**
   * The words of a command whose folders lie below {@code output}.
   *
   * @param command preprocess, train, evaluate or run
   */
  static List<String> of(String command, PreparedImages images, String output) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(images.options());
    List<String> folders = new ArrayList<>(List.of("examples"));
    if (command.equals("preprocess")) {
      words.remove("--randomBackbone=tiny");
    } else {
      words.add("--device=cpu");
      folders.add("runs");
    }
    if (command.equals("train")) {
      words.add("--method=linear,hydra");
    }
    if (command.equals("train") || command.equals("evaluate")) {
      words.removeIf(word -> word.startsWith("--input=") || word.startsWith("--imageSize="));
    }
    if (command.equals("evaluate")) {
      words.remove("--randomBackbone=tiny");
    }
    if (command.equals("evaluate") || command.equals("run")) {
      folders.add("scores");
    }
    folders.forEach(option -> words.add("--%s=%s/%s".formatted(option, output, option)));
    return words;
  }
}

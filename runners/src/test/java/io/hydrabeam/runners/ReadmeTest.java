package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertWithMessage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The README tells the truth about commands and options.
 *
 * <p>{@code mvn -pl runners -am test -Dtest=ReadmeTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dreadme=write} writes the option tables anew.
 */
final class ReadmeTest {

  private static final String BEGIN = "<!-- options: begin -->\n";
  private static final String END = "<!-- options: end -->\n";

  private final Path file = Path.of(System.getProperty("hydra.basedir", ".."), "README.md");

  @Test
  void optionTables_areThoseOfTheCode() throws IOException {
    String readme = Files.readString(file);
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    int end = readme.indexOf(END);
    String expected = tables();
    if (System.getProperty("readme", "").equals("write")) {
      Files.writeString(file, readme.substring(0, begin) + expected + readme.substring(end));
      return;
    }
    assertWithMessage("option tables in README.md")
        .that(readme.substring(begin, end))
        .isEqualTo(expected);
  }

  @Test
  void commands_areAllNamed() throws IOException {
    String readme = Files.readString(file);
    for (Command command : Hydra.COMMANDS) {
      assertWithMessage("README.md").that(readme).contains("| `" + command.name() + "` |");
    }
  }

  @Test
  void options_allHaveADescription() {
    for (Command command : Hydra.COMMANDS) {
      for (Option option : OptionSet.of(command).options()) {
        assertWithMessage("description of --%s of %s", option.name(), command.name())
            .that(option.description())
            .isNotEmpty();
      }
    }
  }

  /** An option with the default that some commands have. */
  private record Row(Option option, String defaultText) {
    String text() {
      return "| `--%s=%s` | %s | %s |\n"
          .formatted(
              option.name(),
              option.placeholder().replace("|", "\\|"),
              defaultText.isEmpty() ? "" : "`" + defaultText + "`",
              option.description().replace("|", "\\|"));
    }
  }

  /** A table for each set of commands that share options, widest set first. */
  private static String tables() {
    Map<Row, List<String>> users = new LinkedHashMap<>();
    for (Command command : Hydra.COMMANDS) {
      for (Option option : OptionSet.of(command).options()) {
        Row row = new Row(option, HelpText.defaultOf(option, command));
        users.computeIfAbsent(row, r -> new ArrayList<>()).add(command.name());
      }
    }
    Map<String, Map<String, Row>> byCommands = new LinkedHashMap<>();
    users.entrySet().stream()
        .sorted((a, b) -> b.getValue().size() - a.getValue().size())
        .forEach(
            entry ->
                byCommands
                    .computeIfAbsent(title(entry.getValue()), key -> new TreeMap<>())
                    .put(entry.getKey().option().name(), entry.getKey()));
    StringBuilder text = new StringBuilder();
    byCommands.forEach(
        (title, rows) -> {
          text.append("\n**").append(title).append("**\n\n");
          text.append("| option | default | meaning |\n| --- | --- | --- |\n");
          rows.values().forEach(row -> text.append(row.text()));
        });
    return text.append('\n').toString();
  }

  private static String title(List<String> commands) {
    return commands.size() == Hydra.COMMANDS.size()
        ? "Every command"
        : "`" + String.join("`, `", commands) + "`";
  }
}

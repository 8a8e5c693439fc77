package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.train.TrainOptions;
import io.hydrabeam.protos.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void commandLines_areUnderstood() throws IOException {
    Pattern commands = Pattern.compile("-Dargs=\"([^\"]*)\"|hydra-beam-all\\.jar (\\w.*)");
    Matcher matcher = commands.matcher(Files.readString(file));
    int found = 0;
    while (matcher.find()) {
      String given = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
      // Runners' options are known only where a profile brings the runner in.
      String words = given.replaceAll("--(runner|flinkMaster|region|numWorkers)=\\S+", "");
      CommandLine line = CommandLine.parse(List.of(words.strip().split(" +", -1)));
      Command command =
          Hydra.COMMANDS.stream()
              .filter(each -> line.command().equals(Optional.of(each.name())))
              .findFirst()
              .orElseThrow();
      assertWithMessage(words)
          .that(Invocation.of(command, line, Hydra.COMMANDS).options())
          .isNotNull();
      found++;
    }
    assertWithMessage("command lines in README.md").that(found).isAtLeast(9);
  }

  @Test
  void catalogExample_isOne(@TempDir Path folder) throws IOException {
    Path catalog =
        Files.writeString(folder.resolve("my.textproto"), block("    benchmark: \"mine\"\n"));
    assertThat(Catalogs.loadFile(catalog.toString()).getTask(0).getName()).isEqualTo("cifar10");
  }

  @Test
  void configExample_isOne(@TempDir Path folder) throws IOException {
    Path config =
        Files.writeString(folder.resolve("my.textproto"), block("    # experiment.textproto"));
    CommandLine line = CommandLine.parse(List.of("train", "--config=" + config));
    TrainOptions options =
        Invocation.of(new TrainCommand(), line, Hydra.COMMANDS).options().as(TrainOptions.class);
    assertThat(options.getRank()).isEqualTo(4);
    assertThat(options.getSeeds()).containsExactly(0L, 1L, 2L).inOrder();
    assertThat(options.getMethod()).containsExactly(Method.HYDRA);
  }

  /** The indented lines from the one that starts with {@code first}. */
  private String block(String first) throws IOException {
    String readme = Files.readString(file);
    return readme
        .substring(readme.indexOf(first))
        .lines()
        .takeWhile(line -> line.startsWith("    "))
        .map(line -> line.substring(4) + "\n")
        .collect(Collectors.joining());
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

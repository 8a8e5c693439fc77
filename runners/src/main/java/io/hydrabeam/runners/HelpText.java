package io.hydrabeam.runners;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** What {@code --help} prints, made from the commands and the getters of their options. */
final class HelpText {

  private static final int COLUMNS = 100;
  private static final int INDENT = 6;
  private static final String OWN_PACKAGE = "io.hydrabeam.";

  private final List<Command> commands;

  HelpText(List<Command> commands) {
    this.commands = commands;
  }

  /** The commands and how to ask on. */
  String ofProgram() {
    StringBuilder text = new StringBuilder();
    text.append("Hydra adapters for vision transformers: train them, score them, merge them.\n\n");
    text.append("Usage: hydra COMMAND [--name=value ...]\n\n");
    text.append("Commands:\n");
    for (Command command : commands) {
      text.append("  %-12s%s\n".formatted(command.name(), command.summary()));
    }
    text.append("\nCOMMAND --help lists a command's options; --help=runner those of Beam and of");
    text.append(" the runners.\n--version prints the version.\n\n");
    text.append("Without a command the sample workflow runs (").append(commands.get(0).name());
    text.append(
        ").\nExit codes: 0 done; 1 failed; 2 wrong usage, nothing was started; 3 finished,");
    text.append(" but some jobs or\nrecords failed and are listed.\n");
    return text.toString();
  }

  /** A command's options. */
  String ofCommand(Command command) {
    StringBuilder text = new StringBuilder();
    text.append("%s: %s\n\n".formatted(command.name(), command.summary()));
    String operands = command.operandOption().map(name -> " FILE ...").orElse("");
    text.append("Usage: hydra %s [--name=value ...]%s\n".formatted(command.name(), operands));
    for (Option option : OptionSet.of(command).options()) {
      text.append("\n  --%s=%s\n".formatted(option.name(), option.placeholder()));
      text.append(wrap(option.description() + defaultPhrase(option, command)));
    }
    text.append("\nFurther options belong to Beam and its runners: --help=runner.\n");
    return text.toString();
  }

  /** Beam's own help: of all registered options, or of one interface. */
  String ofTopic(String topic) {
    Map<String, Class<? extends PipelineOptions>> registered = new LinkedHashMap<>();
    for (Class<? extends PipelineOptions> type : PipelineOptionsFactory.getRegisteredOptions()) {
      if (!type.getName().startsWith(OWN_PACKAGE)) {
        registered.put(type.getSimpleName(), type);
      }
    }
    for (Command command : commands) {
      if (command.name().equals(topic)) {
        return ofCommand(command);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    if (registered.containsKey(topic)) {
      PipelineOptionsFactory.printHelp(out, registered.get(topic));
      return bytes.toString(StandardCharsets.UTF_8);
    }
    if (topic.equals("runner")) {
      StringBuilder text =
          new StringBuilder("Options of Beam and of the runners on the class path");
      text.append(" (--help=NAME prints a group's):\n");
      new TreeSet<>(registered.keySet())
          .forEach(name -> text.append("  ").append(name).append('\n'));
      return text.toString();
    }
    List<String> known = new ArrayList<>(registered.keySet());
    commands.forEach(command -> known.add(command.name()));
    known.add("runner");
    throw CommandLine.unknown(
        "no help on '%s'".formatted(topic), topic, known, "", "--help lists the commands");
  }

  /** The default as shown in help and documentation; empty if there is none. */
  static String defaultOf(Option option, Command command) {
    String ofCommand = command.defaults(Map.of()).get(option.name());
    if (ofCommand != null) {
      return ofCommand;
    }
    PipelineOptions options = PipelineOptionsFactory.as(command.optionsType());
    Class<? extends PipelineOptions> declaredBy =
        option.declaredBy().asSubclass(PipelineOptions.class);
    PipelineOptions view =
        declaredBy.isInstance(options) ? options : PipelineOptionsFactory.as(declaredBy);
    for (Method method : declaredBy.getMethods()) {
      if (Option.of(method).filter(option::equals).isPresent()) {
        try {
          Object value = method.invoke(view);
          return value == null ? "" : Option.show(value);
        } catch (IllegalAccessException | InvocationTargetException e) {
          throw new IllegalStateException("default of --" + option.name(), e);
        }
      }
    }
    return "";
  }

  private static String defaultPhrase(Option option, Command command) {
    String value = defaultOf(option, command);
    return value.isEmpty() ? "" : " Default: %s.".formatted(value);
  }

  private static String wrap(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.strip().split("\\s+", -1)) {
      if (line.length() > 0 && INDENT + line.length() + 1 + word.length() > COLUMNS) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines.stream().map(l -> " ".repeat(INDENT) + l + "\n").collect(Collectors.joining());
  }
}

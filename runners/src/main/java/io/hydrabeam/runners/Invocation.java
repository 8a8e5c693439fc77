package io.hydrabeam.runners;

import io.hydrabeam.pipelines.common.DeviceOptions;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.runners.dataflow.DataflowLaunch;
import io.hydrabeam.runners.flink.FlinkLaunch;
import io.hydrabeam.runners.launch.EngineLaunch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * A command with its options read, checked and merged: the command line, under it the file of
 * {@code --config}, under that the defaults.
 *
 * @param engine what a stage needs before it starts elsewhere than in this process; empty on the
 *     DirectRunner
 * @param remote paths among the options that are still to be checked
 */
record Invocation(
    Command command, PipelineOptions options, Optional<EngineLaunch> engine, RemotePaths remote) {

  /**
   * Checks every option before anything is started.
   *
   * @param all every command of the launcher; a configuration file may hold options of all
   * @throws HydraException usage, if an option is unknown or has a value that it cannot have
   */
  static Invocation of(Command command, CommandLine line, Collection<Command> all) {
    OptionSet own = OptionSet.of(command);
    OptionSet runners = OptionSet.ofRunners();
    Map<String, String> given = new LinkedHashMap<>(line.values());
    addOperands(command, line.operands(), given);
    if (FlinkLaunch.isWanted(given)) {
      FlinkLaunch.requireBuilt();
    } else if (DataflowLaunch.isWanted(given)) {
      DataflowLaunch.requireBuilt();
    }
    for (String name : given.keySet()) {
      requireKnown(name, command, own, runners, all);
    }
    String config = given.get("config");
    if (config != null) {
      addConfig(config, given, own, runners, all);
    }
    command.defaults(Map.copyOf(given)).forEach(given::putIfAbsent);
    requireAll(own, given);
    Optional<EngineLaunch> engine = engine(command, given, own);
    engine.ifPresent(launch -> given.putAll(launch.options()));
    List<String> arguments = new ArrayList<>();
    given.forEach(
        (name, value) -> {
          String argument = argument(name, value, own, runners);
          if (isForPipeline(name, command, own)) {
            arguments.add(argument);
          }
        });
    PipelineOptions options = create(command, arguments);
    RemotePaths remote = RemotePaths.among(given, name -> own.find(name).isPresent());
    return new Invocation(command, options, engine, remote);
  }

  /** A remote file of options is read with the credentials of the command line. */
  private static void openConfig(
      String file, Map<String, String> given, OptionSet own, OptionSet runners) {
    RemotePaths config = RemotePaths.among(Map.of("config", file), name -> true);
    String[] ofRunners =
        given.entrySet().stream()
            .filter(option -> own.find(option.getKey()).isEmpty())
            .map(option -> argument(option.getKey(), option.getValue(), own, runners))
            .toArray(String[]::new);
    try {
      config.open(PipelineOptionsFactory.fromArgs(ofRunners).create());
    } catch (IllegalArgumentException e) {
      throw HydraException.usage(runnerHint(String.valueOf(e.getMessage())));
    }
  }

  private static Optional<EngineLaunch> engine(
      Command command, Map<String, String> given, OptionSet own) {
    boolean onFlink = FlinkLaunch.isWanted(given);
    boolean onDataflow = DataflowLaunch.isWanted(given);
    if (!command.isStage() || (!onFlink && !onDataflow)) {
      return Optional.empty();
    }
    Map<String, String> ofCommand = new LinkedHashMap<>(given);
    ofCommand.keySet().removeIf(name -> own.find(name).isEmpty());
    Map<String, String> ofRunner = new LinkedHashMap<>(given);
    ofRunner.keySet().removeAll(ofCommand.keySet());
    return Optional.of(
        onFlink
            ? FlinkLaunch.of(Hydra.class, command.name(), ofCommand, ofRunner)
            : DataflowLaunch.of(Hydra.class, command.name(), ofCommand, ofRunner));
  }

  private static void addOperands(
      Command command, List<String> operands, Map<String, String> given) {
    if (operands.isEmpty()) {
      return;
    }
    List<String> names = command.operandNames();
    if (operands.size() <= names.size()) {
      for (int i = 0; i < operands.size(); i++) {
        if (given.put(names.get(i), operands.get(i)) != null) {
          throw HydraException.usage(
              "'%s' stands for --%s, which is given too".formatted(operands.get(i), names.get(i)));
        }
      }
      return;
    }
    Optional<String> option = command.operandOption(given);
    if (option.isEmpty()) {
      throw HydraException.usage(
          "unexpected word '%s': options are written --name=value".formatted(operands.get(0)));
    }
    for (String operand : operands) {
      if (operand.indexOf(',') >= 0) {
        throw HydraException.usage(
            "'%s': a comma separates files; give its folder instead".formatted(operand));
      }
    }
    if (given.put(option.get(), String.join(",", operands)) != null) {
      throw HydraException.usage(
          "files are given both with --%s and without".formatted(option.get()));
    }
  }

  private static void requireKnown(
      String name, Command command, OptionSet own, OptionSet runners, Collection<Command> all) {
    if (own.find(name).isPresent() || runners.find(name).isPresent()) {
      return;
    }
    List<String> elsewhere =
        all.stream()
            .filter(other -> OptionSet.of(other).find(name).isPresent())
            .map(Command::name)
            .toList();
    if (!elsewhere.isEmpty()) {
      throw HydraException.usage(
          "%s has no option --%s (it belongs to: %s)"
              .formatted(command.name(), name, String.join(", ", elsewhere)));
    }
    List<String> known = new ArrayList<>(own.names());
    known.addAll(runners.names());
    throw CommandLine.unknown(
        "unknown option --" + name,
        name,
        known,
        "--",
        "%s --help lists the options".formatted(command.name()));
  }

  private static void addConfig(
      String file,
      Map<String, String> given,
      OptionSet own,
      OptionSet runners,
      Collection<Command> all) {
    List<OptionSet> sets = new ArrayList<>(List.of(own));
    all.forEach(other -> sets.add(OptionSet.of(other)));
    sets.add(runners);
    openConfig(file, given, own, runners);
    Map<String, String> values = ConfigFile.of(OptionSet.union(sets)).read(file);
    values.forEach(
        (name, value) -> {
          if (own.find(name).isPresent() || runners.find(name).isPresent()) {
            given.putIfAbsent(name, value);
          }
        });
  }

  /** The launcher's own options are done with once they are read. */
  private static boolean isForPipeline(String name, Command command, OptionSet own) {
    return own.find(name)
        .map(option -> option.declaredBy().isAssignableFrom(command.optionsType()))
        .orElse(true);
  }

  private static void requireAll(OptionSet own, Map<String, String> given) {
    for (Option option : own.options()) {
      if (option.required() && !given.containsKey(option.name())) {
        throw HydraException.usage(
            "--%s=%s is missing: %s"
                .formatted(option.name(), option.placeholder(), option.description()));
      }
    }
  }

  private static String argument(String name, String value, OptionSet own, OptionSet runners) {
    Option option = own.find(name).or(() -> runners.find(name)).orElseThrow();
    if (value.equals(CommandLine.BARE)) {
      if (option.type() != Boolean.class) {
        throw HydraException.usage(
            "--%s has no value: --%s=%s".formatted(name, name, option.placeholder()));
      }
      return "--%s=true".formatted(name);
    }
    if (own.find(name).isEmpty()) {
      return "--%s=%s".formatted(name, value); // Beam knows the runners' types better
    }
    try {
      return "--%s=%s".formatted(name, option.canonical(value));
    } catch (IllegalArgumentException e) {
      throw HydraException.usage("--%s=%s: %s".formatted(name, value, e.getMessage()));
    }
  }

  private static PipelineOptions create(Command command, List<String> arguments) {
    PipelineOptions options;
    try {
      options =
          PipelineOptionsFactory.fromArgs(arguments.toArray(String[]::new))
              .as(command.optionsType());
      if (options.getRunner() == DirectRunner.class) {
        quicken(options.as(DirectOptions.class), arguments);
      }
    } catch (IllegalArgumentException e) {
      throw HydraException.usage(runnerHint(String.valueOf(e.getMessage())));
    }
    return options;
  }

  /** The DirectRunner's checks of user code cost more than the work itself; tests have them on. */
  private static void quicken(DirectOptions options, List<String> arguments) {
    if (arguments.stream().noneMatch(a -> a.startsWith("--enforceImmutability="))) {
      options.setEnforceImmutability(false);
    }
    if (arguments.stream().noneMatch(a -> a.startsWith("--enforceEncodability="))) {
      options.setEnforceEncodability(false);
    }
    if (arguments.stream().noneMatch(a -> a.startsWith("--targetParallelism="))) {
      // The runner's driver shares the threads of the work, and takes a core in full while one of
      // them is idle: no more of them than models that compute at once.
      int cores = Runtime.getRuntime().availableProcessors();
      int each = Math.max(1, options.as(DeviceOptions.class).getThreads());
      options.setTargetParallelism(Math.max(1, cores / each));
    }
  }

  private static String runnerHint(String message) {
    return message.startsWith("Unknown 'runner'")
        ? message + "; other runners come in with -Pflink-runner or -Pdataflow-runner"
        : message;
  }
}

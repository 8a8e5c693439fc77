package io.hydrabeam.runners;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.runners.dataflow.DataflowLaunch;
import io.hydrabeam.runners.flink.FlinkLaunch;
import io.hydrabeam.runners.launch.EngineLaunch;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The program: {@code hydra COMMAND --name=value …}. Without words it runs the sample workflow.
 *
 * <p>Results go to standard output, everything else to standard error. Exit codes: 0 done; 1
 * failed; 2 wrong usage or configuration, nothing was started; 3 finished, but some jobs or records
 * failed, or scores do not stand, and are listed; 4 a comparison found a regression.
 */
public final class Hydra {

  static final List<Command> COMMANDS =
      List.of(
          new RunCommand(),
          new PreprocessCommand(),
          new TrainCommand(),
          new EvaluateCommand(),
          new ReportCommand(),
          new CompareCommand(),
          new VerifyCommand(),
          new PredictCommand(),
          new MergeCommand(),
          new ExportCommand(),
          new TasksCommand(),
          new PlanCommand(),
          new BenchmarkCommand(),
          new DoctorCommand());

  /** It prints a trace for each request that it tries again. Held, as its level goes with it. */
  private static final Logger CLOUD_STORAGE = Logger.getLogger("com.google.cloud.hadoop");

  private final List<Command> commands;
  private final Terminal terminal;

  Hydra(List<Command> commands, Terminal terminal) {
    this.commands = commands;
    this.terminal = terminal;
  }

  public static void main(String[] given) {
    CLOUD_STORAGE.setLevel(Level.SEVERE);
    List<String> words = DataflowLaunch.inTemplate(List.of(given), System.getenv());
    if (words.contains("--verbose")) {
      // Read once, when the first logger is made.
      System.setProperty("org.slf4j.simpleLogger.log.io.hydrabeam", "debug");
    }
    if (FlinkLaunch.isInsideCluster(Hydra.class.getClassLoader())) {
      runInsideCluster(words);
      return;
    }
    NativeLog.quieten(System.getenv());
    InterruptHint hint = InterruptHint.install(words, System.err);
    int exitCode = new Hydra(COMMANDS, Terminal.ofProcess()).run(words);
    hint.disarm();
    System.exit(exitCode);
  }

  /** An application's main method tells Flink by an exception that it failed; the JVM lives on. */
  private static void runInsideCluster(List<String> words) {
    int exitCode = new Hydra(COMMANDS, Terminal.ofProcess()).run(words);
    if (exitCode != 0) {
      throw new HydraException(
          exitCode, "ended with exit code %d; the log tells why".formatted(exitCode));
    }
  }

  /** Does what the words say and returns the exit code; nothing is thrown. */
  int run(List<String> words) {
    boolean verbose = words.contains("--verbose") || words.contains("--verbose=true");
    try {
      int exitCode = dispatch(CommandLine.parse(words));
      terminal.out().flush();
      return exitCode;
    } catch (Exception | OutOfMemoryError | LinkageError e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      ErrorReport report = ErrorReport.of(e);
      terminal.out().flush();
      report.print(e, verbose, terminal.err());
      return report.exitCode();
    }
  }

  private int dispatch(CommandLine line) throws Exception {
    if (line.values().containsKey("version")) {
      terminal.out().println(Version.line());
      return 0;
    }
    Optional<String> topic = Optional.ofNullable(line.values().get("help"));
    if (line.command().isEmpty() && topic.isEmpty() && !line.values().isEmpty()) {
      throw HydraException.usage(
          "no command before --%s (commands: %s)"
              .formatted(line.values().keySet().iterator().next(), String.join(", ", names())));
    }
    HelpText help = new HelpText(commands);
    if (topic.isPresent() && !topic.get().equals(CommandLine.BARE)) {
      terminal.out().print(help.ofTopic(topic.get()));
      return 0;
    }
    if (line.command().isEmpty() && topic.isPresent()) {
      terminal.out().print(help.ofProgram());
      return 0;
    }
    Command command = find(line.command().orElse(commands.get(0).name()));
    if (topic.isPresent()) {
      terminal.out().print(help.ofCommand(command));
      return 0;
    }
    Invocation invocation = Invocation.of(command, line, commands);
    if (!command.looksAtPaths()) {
      invocation.remote().open(invocation.options());
    }
    if (invocation.engine().isPresent()) {
      return onEngine(invocation.engine().get(), invocation);
    }
    return run(invocation);
  }

  private int onEngine(EngineLaunch engine, Invocation invocation) throws Exception {
    try {
      engine.prepare(invocation.options(), invocation.command().optionsType(), terminal.err());
      return run(invocation);
    } catch (RuntimeException e) {
      if (engine.isHandedOver(e)) {
        terminal.err().println("the job is described, not started");
        return 0;
      }
      throw engine.explain(e);
    }
  }

  private int run(Invocation invocation) throws Exception {
    try (ProgressLine progress = new ProgressLine(terminal, System::nanoTime)) {
      progress.start();
      return invocation.command().run(invocation.options(), terminal);
    }
  }

  private Command find(String name) {
    return commands.stream()
        .filter(command -> command.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                CommandLine.unknown(
                    "unknown command '%s'".formatted(name),
                    name,
                    names(),
                    "",
                    "--help lists the commands"));
  }

  private List<String> names() {
    return commands.stream().map(Command::name).toList();
  }
}

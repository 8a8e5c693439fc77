package io.hydrabeam.runners;

import java.io.PrintStream;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** Says on Ctrl-C how to go on: with the same command, as finished work is found again. */
final class InterruptHint {

  private final AtomicBoolean armed = new AtomicBoolean(true);

  private InterruptHint() {}

  /** From now on a process that is asked to end prints the line. */
  static InterruptHint install(List<String> words, PrintStream err) {
    InterruptHint hint = new InterruptHint();
    String line = line(launchedBy(), words);
    Thread thread =
        new Thread(
            () -> {
              if (hint.armed.get()) {
                err.println();
                err.println(line);
                err.flush();
              }
            },
            "interrupt-hint");
    Runtime.getRuntime().addShutdownHook(thread);
    return hint;
  }

  /** The work is over; ending is no interruption. */
  void disarm() {
    armed.set(false);
  }

  /** The line for a command that was started with {@code launcher}, as in "java -jar x.jar". */
  static String line(String launcher, List<String> words) {
    String arguments = words.stream().map(InterruptHint::quote).collect(Collectors.joining(" "));
    String command;
    if (!launcher.startsWith("mvn")) {
      command = (launcher + " " + arguments).strip();
    } else if (words.isEmpty()) {
      command = launcher;
    } else {
      command = "%s -Dargs=\"%s\"".formatted(launcher, arguments);
    }
    return "hydra: interrupted; what is finished is kept. To go on: " + command;
  }

  private static String quote(String word) {
    return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private static String launchedBy() {
    if ("maven".equals(System.getProperty("hydra.launcher"))) {
      return "mvn -q";
    }
    CodeSource source = InterruptHint.class.getProtectionDomain().getCodeSource();
    String path = source == null ? "" : source.getLocation().getPath();
    return path.endsWith(".jar")
        ? "java -jar " + Path.of("").toAbsolutePath().relativize(Path.of(path))
        : "java " + Hydra.class.getName();
  }
}

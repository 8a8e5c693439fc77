package io.hydrabeam.runners;

import java.io.Console;
import java.io.PrintStream;

/**
 * Where a command writes: results (tables, JSON lines) to {@code out}, everything said to the user
 * to {@code err}.
 *
 * @param live whether {@code err} is a screen on which a line can be rewritten
 */
record Terminal(PrintStream out, PrintStream err, boolean live) {

  /** The process's own streams. */
  static Terminal ofProcess() {
    return new Terminal(System.out, System.err, isScreen());
  }

  @SuppressWarnings("SystemConsoleNull") // from Java 22 on there is a console without a screen
  private static boolean isScreen() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true; // before Java 22: no screen, no console
    }
  }
}

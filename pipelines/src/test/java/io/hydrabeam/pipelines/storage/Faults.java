package io.hydrabeam.pipelines.storage;

import java.io.IOException;

/** When the operations of {@link FaultyFileSystem} fail. Counts those of the whole process. */
public final class Faults {
  /** What happens at the chosen operation. */
  public enum Kind {
    /** It fails and nothing has happened; later ones work: a network that stumbles. */
    ONCE,
    /** It is done, but the answer is lost; later ones work. */
    ANSWER_LOST,
    /** It and all later ones fail: what a process leaves that dies there. */
    DEATH,
    /** As {@link #DEATH}, right after the operation was done. */
    DEATH_AFTER
  }

  private static long operations;
  private static long chosen;
  private static Kind kind = Kind.ONCE;

  private Faults() {}

  /** Starts to count. */
  public static synchronized void none() {
    operations = 0;
    chosen = 0;
  }

  /** Starts to count; the operation of this number, from 1, fails. */
  public static synchronized void at(long operation, Kind how) {
    operations = 0;
    chosen = operation;
    kind = how;
  }

  /** Operations since the start, or at least tried. */
  public static synchronized long operations() {
    return operations;
  }

  /** An operation on files. */
  @FunctionalInterface
  interface Operation<T> {
    T run() throws IOException;
  }

  /** Does an operation, or not. */
  static <T> T perform(String what, Operation<T> operation) throws IOException {
    boolean before;
    boolean after;
    long number;
    synchronized (Faults.class) {
      number = ++operations;
      boolean here = number == chosen;
      boolean later = chosen > 0 && number > chosen;
      boolean dies = kind == Kind.DEATH || kind == Kind.DEATH_AFTER;
      before = (here && (kind == Kind.ONCE || kind == Kind.DEATH)) || (later && dies);
      after = here && (kind == Kind.ANSWER_LOST || kind == Kind.DEATH_AFTER);
    }
    if (before) {
      throw new IOException("injected: operation %d, %s".formatted(number, what));
    }
    T result = operation.run();
    if (after) {
      throw new IOException("injected after operation %d, %s".formatted(number, what));
    }
    return result;
  }
}

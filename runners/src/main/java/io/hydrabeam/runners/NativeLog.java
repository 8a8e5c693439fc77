package io.hydrabeam.runners;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.util.Map;

/**
 * TensorFlow's native code writes to standard error what only its authors want to know, a line for
 * each gradient among it. It looks for the level in the process's environment, which Java reads and
 * does not write.
 */
final class NativeLog {
  private static final String LEVEL = "TF_CPP_MIN_LOG_LEVEL";

  /** Warnings and errors. */
  private static final String WARNINGS = "1";

  private NativeLog() {}

  /** Leaves warnings and errors, unless the environment says otherwise; before TensorFlow loads. */
  static void quieten(Map<String, String> environment) {
    if (environment.containsKey(LEVEL)) {
      return;
    }
    try {
      if (Platform.isWindows()) {
        call("msvcrt", "_putenv_s", LEVEL, WARNINGS);
      } else {
        call(Platform.C_LIBRARY_NAME, "setenv", LEVEL, WARNINGS, 1);
      }
    } catch (LinkageError | RuntimeException e) {
      return; // then the lines are there, and nothing else is lost
    }
  }

  private static void call(String library, String name, Object... arguments) {
    Function function = NativeLibrary.getInstance(library).getFunction(name);
    int unused = function.invokeInt(arguments);
  }
}

package io.hydrabeam.runners.launch;

import io.hydrabeam.pipelines.common.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** The name of a launch's job on its engine. */
public final class JobName {

  private static final int HASH_LENGTH = 8;

  private JobName() {}

  /**
   * The same for every launch of the same command, so that an earlier one is found.
   *
   * @param own the command's options as given, by name
   */
  public static String of(String command, Map<String, String> own) {
    byte[] text = new TreeMap<>(own).toString().getBytes(StandardCharsets.UTF_8);
    return "hydra-%s-%s".formatted(command, Hashing.sha256Hex(text).substring(0, HASH_LENGTH));
  }
}

package io.hydrabeam.pipelines.originals;

import java.util.List;

/** Names of an archive's members. They are compared and never used as paths of files. */
final class MemberName {
  private MemberName() {}

  /**
   * A name without "./" in front.
   *
   * @throws DamagedException if it leads out of the archive
   */
  static String checked(String name) throws DamagedException {
    String plain = name.startsWith("./") ? name.substring(2) : name;
    if (plain.startsWith("/") || List.of(plain.split("[/\\\\]", -1)).contains("..")) {
      throw new DamagedException("its member %s leads out of the archive".formatted(name));
    }
    return plain;
  }

  /** The last part. */
  static String file(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** What stands before the last part; empty if nothing does. */
  static String folder(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('/')));
  }
}

package io.hydrabeam.model.params;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Seeds by name. Whatever is random has a name and draws from a source of its own, so adding,
 * removing or reordering one parameter changes no other.
 */
public final class ParameterSeeds {

  private ParameterSeeds() {}

  /** The first eight bytes of SHA-256 over the run's seed (eight bytes) and the name in UTF-8. */
  public static long of(long runSeed, String name) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, runSeed));
    return ByteBuffer.wrap(digest.digest(name.getBytes(StandardCharsets.UTF_8))).getLong();
  }

  /** A source of random numbers for what has this name. */
  public static SplitMix64 random(long runSeed, String name) {
    return new SplitMix64(of(runSeed, name));
  }
}

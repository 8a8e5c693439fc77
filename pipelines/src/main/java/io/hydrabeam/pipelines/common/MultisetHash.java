package io.hydrabeam.pipelines.common;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.HexFormat;

/**
 * Hash of a multiset: the sum modulo 2^256 of its elements' SHA-256. Does not depend on their
 * order, and sums of parts add up, so shards can be hashed apart.
 *
 * <p>It recognises data; it does not defend against someone who searches for collisions.
 */
public final class MultisetHash {
  private static final int BYTES = 32;

  /** Big-endian. */
  private final byte[] sum = new byte[BYTES];

  /** Adds one element. */
  @CanIgnoreReturnValue
  public MultisetHash add(byte[] sha256) {
    if (sha256.length != BYTES) {
      throw new IllegalArgumentException("hash has %d bytes, not 32".formatted(sha256.length));
    }
    int carry = 0;
    for (int i = BYTES - 1; i >= 0; i--) {
      carry += (sum[i] & 0xff) + (sha256[i] & 0xff);
      sum[i] = (byte) carry;
      carry >>>= 8;
    }
    return this;
  }

  /** Adds all elements of another multiset, given as its {@link #hex}. */
  @CanIgnoreReturnValue
  public MultisetHash addHex(String hex) {
    return add(HexFormat.of().parseHex(hex));
  }

  /** 64 lower-case hex digits; all zero for the empty multiset. */
  public String hex() {
    return Hashing.hex(sum);
  }
}

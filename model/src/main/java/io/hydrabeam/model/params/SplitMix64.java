package io.hydrabeam.model.params;

/**
 * A small random generator (Steele, Lea and Flood, <i>Fast splittable pseudorandom number
 * generators</i>, 2014). Written out because a seed must give the same numbers on every Java
 * version and machine, which the platform promises only for its 48-bit generator. Not for threads
 * to share.
 */
public final class SplitMix64 {

  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  public SplitMix64(long seed) {
    this.state = seed;
  }

  /** 64 random bits. */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /**
   * Uniform in 0 … bound − 1, without bias.
   *
   * @param bound positive
   */
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound (%d) must be positive".formatted(bound));
    }
    long bits;
    long value;
    do {
      bits = nextLong() >>> 1;
      value = bits % bound;
    } while (bits - value + (bound - 1) < 0); // in the last, incomplete run of `bound` numbers
    return (int) value;
  }

  /** Standard normal, by Marsaglia's polar method; the second number of a pair is not kept. */
  public double nextGaussian() {
    while (true) {
      double u = 2 * nextDouble() - 1;
      double v = 2 * nextDouble() - 1;
      double s = u * u + v * v;
      if (s > 0 && s < 1) {
        // StrictMath: Math.log may differ in the last bit between machines.
        return u * Math.sqrt(-2 * StrictMath.log(s) / s);
      }
    }
  }
}

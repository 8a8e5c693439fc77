package io.hydrabeam.pipelines.sample;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/**
 * SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), written out here because the JDK's generators
 * promise their sequence only within one program.
 */
final class PictureRandom {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1.0p-53;

  private long state;

  private PictureRandom(long state) {
    this.state = state;
  }

  /** A generator of its own for each combination of the parts. */
  static PictureRandom of(long seed, String task, String split, long index) {
    long state = mix(seed + GOLDEN_GAMMA);
    state = absorb(absorb(state, task), split);
    return new PictureRandom(mix(state ^ (index * GOLDEN_GAMMA)));
  }

  private static long absorb(long state, String text) {
    long result = mix(state + text.length());
    for (int i = 0; i < text.length(); i++) {
      result = mix(result ^ text.charAt(i)) + GOLDEN_GAMMA;
    }
    return result;
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }

  @CanIgnoreReturnValue
  long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Uniform in [0, 1). */
  double unit() {
    return (nextLong() >>> 11) * UNIT;
  }

  /** Uniform in [low, high). */
  double between(double low, double high) {
    return low + (high - low) * unit();
  }

  /** Uniform over 0 … bound − 1; the bias of the product method is below 2⁻⁵⁰ here. */
  int below(int bound) {
    return (int) (unit() * bound);
  }

  /** True with the given probability. */
  boolean chance(double probability) {
    return unit() < probability;
  }

  /** Normal with mean 0 and deviation 1 (Box and Muller; the second value is not kept). */
  double normal() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - unit()));
    return radius * StrictMath.cos(2 * StrictMath.PI * unit());
  }

  /** An angle in radians, uniform over the circle. */
  double angle() {
    return between(0, 2 * StrictMath.PI);
  }
}

package io.hydrabeam.pipelines.fewshot;

/**
 * The random numbers of CPython's {@code random.Random(seed)}: the Mersenne Twister MT19937
 * (Matsumoto and Nishimura, 1998), initialised by the 32-bit words of the seed's absolute value.
 */
final class PythonRandom {
  private static final int SIZE = 624;
  private static final int SHIFT = 397;
  private static final int UPPER = 0x80000000;
  private static final int LOWER = 0x7fffffff;
  private static final int MATRIX = 0x9908b0df;

  private final int[] state = new int[SIZE];
  private int next = SIZE;

  PythonRandom(long seed) {
    long size = seed < 0 ? -seed : seed; // That of the smallest long is right as unsigned.
    int high = (int) (size >>> 32);
    initialise(high == 0 ? new int[] {(int) size} : new int[] {(int) size, high});
  }

  /** MT19937's init_by_array. */
  private void initialise(int[] key) {
    state[0] = 19650218;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1812433253 * mixed(i) + i;
    }
    int i = 1;
    int j = 0;
    for (int k = SIZE; k > 0; k--) {
      state[i] = (state[i] ^ (mixed(i) * 1664525)) + key[j] + j;
      i = advance(i);
      j = (j + 1) % key.length;
    }
    for (int k = SIZE - 1; k > 0; k--) {
      state[i] = (state[i] ^ (mixed(i) * 1566083941)) - i;
      i = advance(i);
    }
    state[0] = UPPER;
  }

  /** The word before {@code i}, with its upper bits mixed into the lower ones. */
  private int mixed(int i) {
    return state[i - 1] ^ (state[i - 1] >>> 30);
  }

  private int advance(int i) {
    if (i + 1 < SIZE) {
      return i + 1;
    }
    state[0] = state[SIZE - 1];
    return 1;
  }

  /** The next 32 random bits. */
  int nextBits() {
    if (next == SIZE) {
      generate();
    }
    int y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  private void generate() {
    for (int i = 0; i < SIZE; i++) {
      int y = (state[i] & UPPER) | (state[(i + 1) % SIZE] & LOWER);
      state[i] = state[(i + SHIFT) % SIZE] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : MATRIX);
    }
    next = 0;
  }

  /**
   * A number in [0, bound), every one equally likely: as many bits as {@code bound} itself has are
   * drawn until they are below it.
   */
  int below(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound (%d) must be positive".formatted(bound));
    }
    int drop = Integer.numberOfLeadingZeros(bound);
    int drawn = nextBits() >>> drop;
    while (drawn >= bound) {
      drawn = nextBits() >>> drop;
    }
    return drawn;
  }

  /** Puts {@code values} into the order that Python's {@code shuffle} gives a list. */
  void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = below(i + 1);
      int value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }
}

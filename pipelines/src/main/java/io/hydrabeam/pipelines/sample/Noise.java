package io.hydrabeam.pipelines.sample;

/** Random fields and random points on a lattice, each determined by one 64-bit salt. */
final class Noise {

  private final long salt;

  Noise(PictureRandom random) {
    this.salt = random.nextLong();
  }

  /** Uniform in [0, 1), independent for each lattice point and channel. */
  double lattice(long i, long j, int channel) {
    long z =
        salt
            ^ (i * 0x9E3779B97F4A7C15L)
            ^ (j * 0xC2B2AE3D27D4EB4FL)
            ^ (channel * 0x165667B19E3779F9L);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
  }

  /** Value noise in [0, 1] that varies over distances of 1. */
  double smooth(double x, double y) {
    double fx = Math.floor(x);
    double fy = Math.floor(y);
    long i = (long) fx;
    long j = (long) fy;
    double u = ease(x - fx);
    double v = ease(y - fy);
    double top = lattice(i, j, 0) * (1 - u) + lattice(i + 1, j, 0) * u;
    double bottom = lattice(i, j + 1, 0) * (1 - u) + lattice(i + 1, j + 1, 0) * u;
    return top * (1 - v) + bottom * v;
  }

  /** Three octaves of {@link #smooth}, in [0, 1]. */
  double cloudy(double x, double y) {
    return (4 * smooth(x, y)
            + 2 * smooth(2 * x + 17.3, 2 * y + 5.1)
            + smooth(4 * x + 3.7, 4 * y + 29.9))
        / 7;
  }

  /**
   * Distances to the nearest and second nearest of points that are jittered around the centres of
   * unit cells.
   *
   * @param jitter 0 = a square lattice, 1 = anywhere in the cell
   * @param into receives the two distances, then the nearest point's cell number in [0, 1)
   */
  void cells(double x, double y, double jitter, double[] into) {
    long ci = (long) Math.floor(x);
    long cj = (long) Math.floor(y);
    double first = Double.MAX_VALUE;
    double second = Double.MAX_VALUE;
    double id = 0;
    for (long j = cj - 1; j <= cj + 1; j++) {
      for (long i = ci - 1; i <= ci + 1; i++) {
        double px = i + 0.5 + jitter * (lattice(i, j, 1) - 0.5) - x;
        double py = j + 0.5 + jitter * (lattice(i, j, 2) - 0.5) - y;
        double squared = px * px + py * py;
        if (squared < first) {
          second = first;
          first = squared;
          id = lattice(i, j, 3);
        } else if (squared < second) {
          second = squared;
        }
      }
    }
    into[0] = Math.sqrt(first);
    into[1] = Math.sqrt(second);
    into[2] = id;
  }

  private static double ease(double t) {
    return t * t * (3 - 2 * t);
  }
}

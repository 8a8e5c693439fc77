package io.hydrabeam.pipelines.sample;

/**
 * Shapes around the origin as signed distances: negative inside, in pixels. Some are bounds rather
 * than exact distances, which moves an edge's blur by a fraction of a pixel and nothing else.
 */
final class Shapes {

  private Shapes() {}

  static Field disc(double radius) {
    return (x, y) -> Math.sqrt(x * x + y * y) - radius;
  }

  /**
   * Distance is that of the circle scaled to the smaller axis: exact at the ends of both axes'
   * sign.
   */
  static Field ellipse(double rx, double ry) {
    double small = Math.min(rx, ry);
    return (x, y) -> (Math.sqrt(x * x / (rx * rx) + y * y / (ry * ry)) - 1) * small;
  }

  static Field box(double halfWidth, double halfHeight) {
    return (x, y) -> {
      double dx = Math.abs(x) - halfWidth;
      double dy = Math.abs(y) - halfHeight;
      double outX = Math.max(dx, 0);
      double outY = Math.max(dy, 0);
      return Math.sqrt(outX * outX + outY * outY) + Math.min(Math.max(dx, dy), 0);
    };
  }

  static Field roundedBox(double halfWidth, double halfHeight, double radius) {
    Field inner = box(halfWidth - radius, halfHeight - radius);
    return (x, y) -> inner.at(x, y) - radius;
  }

  /** A line from (ax, ay) to (bx, by) with round ends. */
  static Field line(double ax, double ay, double bx, double by, double width) {
    double dx = bx - ax;
    double dy = by - ay;
    double squared = Math.max(dx * dx + dy * dy, 1e-12);
    return (x, y) -> {
      double px = x - ax;
      double py = y - ay;
      double t = Math.max(0, Math.min(1, (px * dx + py * dy) / squared));
      double ex = px - t * dx;
      double ey = py - t * dy;
      return Math.sqrt(ex * ex + ey * ey) - width / 2;
    };
  }

  /** A closed polygon from its corners x0, y0, x1, y1, …; exact. */
  static Field polygon(double... corners) {
    int n = corners.length / 2;
    return (x, y) -> {
      double nearest = Double.MAX_VALUE;
      boolean inside = false;
      for (int i = 0, j = n - 1; i < n; j = i++) {
        double ax = corners[2 * i];
        double ay = corners[2 * i + 1];
        double ex = corners[2 * j] - ax;
        double ey = corners[2 * j + 1] - ay;
        double px = x - ax;
        double py = y - ay;
        double t = Math.max(0, Math.min(1, (px * ex + py * ey) / (ex * ex + ey * ey)));
        double qx = px - t * ex;
        double qy = py - t * ey;
        nearest = Math.min(nearest, qx * qx + qy * qy);
        if ((ay > y) != (ay + ey > y) && x < ex * (y - ay) / ey + ax) {
          inside = !inside;
        }
      }
      return inside ? -Math.sqrt(nearest) : Math.sqrt(nearest);
    };
  }

  /** A regular polygon with a corner at the top. */
  static Field regular(int corners, double radius) {
    return star(corners, radius, radius * StrictMath.cos(StrictMath.PI / corners));
  }

  /** A star with a point at the top. */
  static Field star(int points, double outer, double inner) {
    double[] corners = new double[4 * points];
    for (int i = 0; i < 2 * points; i++) {
      double angle = StrictMath.PI * i / points;
      double radius = i % 2 == 0 ? outer : inner;
      corners[2 * i] = radius * StrictMath.sin(angle);
      corners[2 * i + 1] = -radius * StrictMath.cos(angle);
    }
    return polygon(corners);
  }

  /** A plus sign. */
  static Field cross(double radius, double arm) {
    return box(radius, arm / 2).or(box(arm / 2, radius));
  }

  /** A moon, open to the right. */
  static Field crescent(double radius) {
    return disc(radius).without(disc(radius * 0.82).moved(radius * 0.5, 0));
  }

  /** A heart with its point down. */
  static Field heart(double radius) {
    double lobe = radius * 0.52;
    return disc(lobe)
        .moved(-lobe * 0.88, -lobe * 0.55)
        .or(disc(lobe).moved(lobe * 0.88, -lobe * 0.55))
        .or(
            polygon(
                -1.74 * lobe,
                -0.12 * lobe,
                0,
                -0.75 * lobe,
                1.74 * lobe,
                -0.12 * lobe,
                0,
                1.85 * lobe));
  }
}

package io.hydrabeam.pipelines.sample;

/** A number for every point of the picture; coordinates in pixels, x to the right, y down. */
@FunctionalInterface
interface Field {

  double at(double x, double y);

  /** This field moved by (dx, dy). */
  default Field moved(double dx, double dy) {
    return (x, y) -> at(x - dx, y - dy);
  }

  /** This field turned by {@code radians} around the origin, clockwise on the screen. */
  default Field turned(double radians) {
    double cos = StrictMath.cos(radians);
    double sin = StrictMath.sin(radians);
    return (x, y) -> at(cos * x + sin * y, cos * y - sin * x);
  }

  /** A shape {@code factor} times as large; keeps a distance a distance. */
  default Field grown(double factor) {
    return (x, y) -> factor * at(x / factor, y / factor);
  }

  /** The same values over a region {@code sx} times as wide and {@code sy} times as high. */
  default Field stretched(double sx, double sy) {
    return (x, y) -> at(x / sx, y / sy);
  }

  /** Of two shapes, what lies in either. */
  default Field or(Field other) {
    return (x, y) -> Math.min(at(x, y), other.at(x, y));
  }

  /** Of two shapes, what lies in both. */
  default Field and(Field other) {
    return (x, y) -> Math.max(at(x, y), other.at(x, y));
  }

  /** Of two shapes, what lies in this one only. */
  default Field without(Field other) {
    return (x, y) -> Math.max(at(x, y), -other.at(x, y));
  }

  /** The band of the given width along a shape's border. */
  default Field outline(double width) {
    return (x, y) -> Math.abs(at(x, y)) - width / 2;
  }
}

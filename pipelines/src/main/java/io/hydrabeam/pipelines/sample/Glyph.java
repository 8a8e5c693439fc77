package io.hydrabeam.pipelines.sample;

import java.util.ArrayList;
import java.util.List;

/** A digit set in a typeface, as a signed distance around the origin. */
final class Glyph implements Field {

  /** Per segment: ax, ay, dx, dy, 1 / length², half width. */
  private final List<double[]> segments = new ArrayList<>();

  private final Typeface face;
  private final double height;
  private final double shear;

  /**
   * @param height in pixels
   */
  Glyph(int digit, Typeface face, double height, PictureRandom random) {
    this.face = face;
    this.height = height;
    this.shear = face.slant();
    for (double[] stroke : DigitStrokes.of(digit, face)) {
      double[] points = place(stroke, random);
      for (int i = 0; i + 3 < points.length; i += 2) {
        add(points[i], points[i + 1], points[i + 2], points[i + 3], halfWidth(points, i));
      }
      if (face.serif() > 0 && !closed(points)) {
        addSerif(points[0], points[1]);
        addSerif(points[points.length - 2], points[points.length - 1]);
      }
    }
  }

  private double[] place(double[] stroke, PictureRandom random) {
    double[] points = new double[stroke.length];
    for (int i = 0; i < stroke.length; i += 2) {
      double x = stroke[i] * face.aspect() + face.shake() * random.normal();
      double y = stroke[i + 1] + face.shake() * random.normal();
      points[i] = height * (x - shear * y);
      points[i + 1] = height * y;
    }
    return points;
  }

  private double halfWidth(double[] points, int i) {
    double dx = points[i + 2] - points[i];
    double dy = points[i + 3] - points[i + 1];
    double upright = Math.abs(dy) / Math.max(Math.sqrt(dx * dx + dy * dy), 1e-9);
    double share = 1 - face.contrast() * (1 - upright);
    return Math.max(0.5, height * face.weight() * share / 2);
  }

  private void addSerif(double x, double y) {
    double reach = height * face.serif();
    add(x - reach, y, x + reach, y, Math.max(0.5, height * face.weight() * 0.25));
  }

  private void add(double ax, double ay, double bx, double by, double halfWidth) {
    double dx = bx - ax;
    double dy = by - ay;
    double squared = Math.max(dx * dx + dy * dy, 1e-9);
    segments.add(new double[] {ax, ay, dx, dy, 1 / squared, halfWidth});
  }

  private static boolean closed(double[] points) {
    double dx = points[0] - points[points.length - 2];
    double dy = points[1] - points[points.length - 1];
    return dx * dx + dy * dy < 4;
  }

  @Override
  public double at(double x, double y) {
    double nearest = Double.MAX_VALUE;
    for (double[] s : segments) {
      double px = x - s[0];
      double py = y - s[1];
      double t = Math.max(0, Math.min(1, (px * s[2] + py * s[3]) * s[4]));
      double ex = px - t * s[2];
      double ey = py - t * s[3];
      nearest = Math.min(nearest, Math.sqrt(ex * ex + ey * ey) - s[5]);
    }
    return nearest;
  }
}

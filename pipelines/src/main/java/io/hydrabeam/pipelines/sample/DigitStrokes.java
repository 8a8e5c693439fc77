package io.hydrabeam.pipelines.sample;

import java.util.ArrayList;
import java.util.List;

/**
 * The ten digits as strokes in a box of height 1 and width 1, origin at its centre, y down. Each
 * stroke is a list of points x0, y0, x1, y1, … joined by straight lines.
 */
final class DigitStrokes {

  private static final int ARC_POINTS = 11;

  /** Ends of the segments a … g of a seven-segment display. */
  private static final double[][] SEGMENTS = {
    {-0.5, -0.5, 0.5, -0.5},
    {0.5, -0.5, 0.5, 0},
    {0.5, 0, 0.5, 0.5},
    {-0.5, 0.5, 0.5, 0.5},
    {-0.5, 0, -0.5, 0.5},
    {-0.5, -0.5, -0.5, 0},
    {-0.5, 0, 0.5, 0},
  };

  private static final String[] LIT = {
    "abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg"
  };

  private final double squareness;
  private final List<double[]> strokes = new ArrayList<>();

  private DigitStrokes(double squareness) {
    this.squareness = squareness;
  }

  static List<double[]> of(int digit, Typeface face) {
    DigitStrokes result = new DigitStrokes(face.squareness());
    if (face.segments()) {
      result.lit(LIT[digit]);
    } else {
      result.written(digit);
    }
    return result.strokes;
  }

  private void lit(String segments) {
    for (int i = 0; i < segments.length(); i++) {
      double[] ends = SEGMENTS[segments.charAt(i) - 'a'];
      // A gap between neighbours, as on a display.
      double inset = 0.07;
      double dx = Math.signum(ends[2] - ends[0]) * inset;
      double dy = Math.signum(ends[3] - ends[1]) * inset;
      strokes.add(new double[] {ends[0] + dx, ends[1] + dy, ends[2] - dx, ends[3] - dy});
    }
  }

  private void written(int digit) {
    switch (digit) {
      case 0 -> strokes.add(arc(0, 0, 0.5, 0.5, 0, 360));
      case 1 -> {
        strokes.add(new double[] {-0.28, -0.28, 0.08, -0.5, 0.08, 0.5});
      }
      case 2 -> strokes.add(join(arc(0, -0.2, 0.46, 0.3, -170, 40), -0.5, 0.5, 0.5, 0.5));
      case 3 -> {
        strokes.add(arc(-0.02, -0.25, 0.42, 0.25, -160, 90));
        strokes.add(arc(-0.02, 0.25, 0.5, 0.25, -90, 160));
      }
      case 4 -> {
        strokes.add(new double[] {0.18, -0.5, -0.5, 0.2, 0.5, 0.2});
        strokes.add(new double[] {0.22, -0.12, 0.22, 0.5});
      }
      case 5 -> {
        strokes.add(new double[] {0.42, -0.5, -0.36, -0.5, -0.42, -0.02});
        strokes.add(arc(-0.02, 0.18, 0.5, 0.32, -150, 150));
      }
      case 6 -> {
        strokes.add(arc(0, 0.2, 0.48, 0.3, 0, 360));
        strokes.add(arc(0.42, 0.2, 0.9, 0.72, 180, 262));
      }
      case 7 -> strokes.add(new double[] {-0.5, -0.5, 0.5, -0.5, -0.12, 0.5});
      case 8 -> {
        strokes.add(arc(0, -0.26, 0.4, 0.24, 0, 360));
        strokes.add(arc(0, 0.24, 0.5, 0.26, 0, 360));
      }
      case 9 -> {
        strokes.add(arc(0, -0.2, 0.48, 0.3, 0, 360));
        strokes.add(arc(-0.42, -0.2, 0.9, 0.72, 0, 82));
      }
      default -> throw new IllegalArgumentException("digit (%d) must be 0 to 9".formatted(digit));
    }
  }

  /** Points of an ellipse from one angle to another in degrees, clockwise from the right. */
  private double[] arc(double cx, double cy, double rx, double ry, double from, double to) {
    int points = 1 + (int) Math.ceil(ARC_POINTS * (to - from) / 200);
    double[] result = new double[2 * points];
    for (int i = 0; i < points; i++) {
      double angle = StrictMath.toRadians(from + (to - from) * i / (points - 1));
      result[2 * i] = cx + rx * boxy(StrictMath.cos(angle));
      result[2 * i + 1] = cy + ry * boxy(StrictMath.sin(angle));
    }
    return result;
  }

  /** Pushes a point of the circle out towards a square's border: a superellipse. */
  private double boxy(double value) {
    return Math.signum(value) * StrictMath.pow(Math.abs(value), 1 - squareness);
  }

  private static double[] join(double[] start, double... more) {
    double[] result = new double[start.length + more.length];
    System.arraycopy(start, 0, result, 0, start.length);
    System.arraycopy(more, 0, result, start.length, more.length);
    return result;
  }
}

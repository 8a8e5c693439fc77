package io.hydrabeam.pipelines.report.html;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A small chart of lines over a common axis. */
public final class LineChart {
  private static final double LEFT = 40;
  private static final double RIGHT = 10;
  private static final double TOP = 8;
  private static final double BOTTOM = 30;

  /**
   * A point of a line; {@code y} may be absent where it is not a number.
   *
   * @param x place on the common axis
   * @param y value
   */
  public record Point(double x, double y) {}

  private record Line(String style, String title, List<Point> points) {}

  private record Mark(String style, String title, Point at) {}

  private final String title;
  private final String xTitle;
  private final String unit;
  private final List<Line> lines = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();
  private boolean whole;
  private boolean fromZero;
  private boolean percent;
  private boolean powers;
  private double width = 320;
  private double height = 176;
  private int yTicks = 4;
  private int xTicks = 5;

  /**
   * @param title of the chart
   * @param xTitle what runs to the right
   * @param unit after each label of the vertical axis
   */
  public LineChart(String title, String xTitle, String unit) {
    this.title = title;
    this.xTitle = xTitle;
    this.unit = unit;
  }

  /** The horizontal axis counts things: no ticks between whole numbers. */
  @CanIgnoreReturnValue
  public LineChart whole() {
    whole = true;
    return this;
  }

  /** The vertical axis begins at zero, so that heights can be compared. */
  @CanIgnoreReturnValue
  public LineChart fromZero() {
    fromZero = true;
    return this;
  }

  /** The values are per cent of something: the vertical axis goes no further than they can. */
  @CanIgnoreReturnValue
  public LineChart percent() {
    percent = true;
    return this;
  }

  /** Both places are exponents of ten, and their ticks are the powers. */
  @CanIgnoreReturnValue
  public LineChart powers() {
    powers = true;
    return this;
  }

  /** One of many: about half as large. */
  @CanIgnoreReturnValue
  public LineChart small() {
    width = 208;
    height = 124;
    yTicks = 3;
    xTicks = 3;
    return this;
  }

  /**
   * Adds a line; points that are no numbers break nothing and are left out.
   *
   * @param style class of the stroke, as {@code c1}
   * @param name shows under the mouse
   */
  @CanIgnoreReturnValue
  public LineChart line(String style, String name, List<Point> points) {
    List<Point> finite =
        points.stream().filter(p -> Double.isFinite(p.y()) && Double.isFinite(p.x())).toList();
    if (!finite.isEmpty()) {
      lines.add(new Line(style, name, finite));
    }
    return this;
  }

  /** Adds a point that stands out. */
  @CanIgnoreReturnValue
  public LineChart mark(String style, String name, double x, double y) {
    if (Double.isFinite(x) && Double.isFinite(y)) {
      marks.add(new Mark(style, name, new Point(x, y)));
    }
    return this;
  }

  /** Whether there is something to draw. */
  public boolean isEmpty() {
    return lines.isEmpty() && marks.isEmpty();
  }

  /** Draws it; nothing where it is empty. */
  public void draw(Html html) {
    if (isEmpty()) {
      return;
    }
    List<Point> all = new ArrayList<>();
    lines.forEach(line -> all.addAll(line.points()));
    marks.forEach(mark -> all.add(mark.at()));
    Scale x = xScale(all);
    Scale y = yScale(all);
    html.open("figure", "class", "chart").leaf("figcaption", title);
    html.open(
        "svg",
        "viewBox",
        "0 0 %.0f %.0f".formatted(width, height),
        "role",
        "img",
        "aria-label",
        title);
    axes(html, x, y);
    for (Line line : lines) {
      draw(html, line, x, y);
    }
    for (Mark mark : marks) {
      html.open(
              "circle",
              "class",
              mark.style(),
              "cx",
              number(px(x, mark.at().x())),
              "cy",
              number(py(y, mark.at().y())),
              "r",
              3.4)
          .leaf("title", mark.title())
          .close();
    }
    html.close().close().line();
  }

  private Scale yScale(List<Point> all) {
    double min = all.stream().mapToDouble(Point::y).min().orElse(0);
    double max = all.stream().mapToDouble(Point::y).max().orElse(1);
    double from = fromZero ? Math.min(0, min) : min;
    return percent ? Scale.percent(from, max, yTicks) : Scale.around(from, max, yTicks);
  }

  private String label(Scale scale, double tick) {
    return powers && Math.abs(tick - Math.rint(tick)) < 1e-6
        ? "10" + Numbers.raised((int) Math.rint(tick))
        : scale.label(tick);
  }

  private Scale xScale(List<Point> all) {
    double min = all.stream().mapToDouble(Point::x).min().orElse(0);
    double max = all.stream().mapToDouble(Point::x).max().orElse(1);
    if (min == max) {
      return new Scale(min - 1, max + 1, 1);
    }
    double step = Scale.around(min, max, xTicks).step();
    return new Scale(min, max, whole ? Math.max(1, Math.rint(step)) : step);
  }

  private void axes(Html html, Scale x, Scale y) {
    for (double tick : y.ticks()) {
      String at = number(py(y, tick));
      html.empty("line", "class", "grid", "x1", LEFT, "x2", width - RIGHT, "y1", at, "y2", at);
      html.leaf(
          "text",
          label(y, tick) + unit,
          "class",
          "tick",
          "x",
          LEFT - 6,
          "y",
          number(py(y, tick) + 3.5),
          "text-anchor",
          "end");
    }
    double first = Math.ceil(x.low() / x.step() - 1e-9) * x.step();
    for (double tick = first; tick <= x.high() + 1e-9 * x.step(); tick += x.step()) {
      html.leaf(
          "text",
          label(x, tick),
          "class",
          "tick",
          "x",
          number(px(x, tick)),
          "y",
          height - BOTTOM + 14,
          "text-anchor",
          "middle");
    }
    html.leaf(
        "text", xTitle, "class", "tick", "x", width - RIGHT, "y", height - 3, "text-anchor", "end");
  }

  private void draw(Html html, Line line, Scale x, Scale y) {
    if (line.points().size() == 1) {
      Point only = line.points().get(0);
      html.open(
              "circle",
              "class",
              line.style(),
              "cx",
              number(px(x, only.x())),
              "cy",
              number(py(y, only.y())),
              "r",
              2.4)
          .leaf("title", line.title())
          .close();
      return;
    }
    StringBuilder path = new StringBuilder();
    for (Point point : line.points()) {
      path.append(path.isEmpty() ? 'M' : 'L')
          .append(number(px(x, point.x())))
          .append(' ')
          .append(number(py(y, point.y())));
    }
    html.open("path", "class", "line " + line.style(), "d", path);
    html.leaf("title", line.title()).close();
  }

  private double px(Scale x, double value) {
    return LEFT + x.at(value) * (width - LEFT - RIGHT);
  }

  private double py(Scale y, double value) {
    return height - BOTTOM - y.at(value) * (height - TOP - BOTTOM);
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}

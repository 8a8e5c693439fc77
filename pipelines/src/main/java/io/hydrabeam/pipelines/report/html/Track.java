package io.hydrabeam.pipelines.report.html;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Locale;

/**
 * A line of a chart that stretches with the page: places are shares of its width, sizes pixels, so
 * that marks and strokes keep their form on a phone.
 */
public final class Track {
  private final Html html;
  private final Scale scale;
  private final int height;

  private Track(Html html, Scale scale, int height) {
    this.html = html;
    this.scale = scale;
    this.height = height;
  }

  /**
   * Begins a line, with the ticks as faint verticals.
   *
   * @param height pixels
   */
  public static Track open(Html html, Scale scale, int height) {
    Track track = new Track(html, scale, height);
    html.open("svg", "class", "track", "width", "100%", "height", height, "aria-hidden", "true");
    for (double tick : scale.ticks()) {
      String x = track.x(tick);
      html.empty("line", "class", "grid", "x1", x, "x2", x, "y1", 0, "y2", height);
    }
    return track;
  }

  /** The labels of a scale's ticks, as a line of its own. */
  public static void axis(Html html, Scale scale, String unit) {
    html.open("svg", "class", "track", "width", "100%", "height", 18, "aria-hidden", "true");
    Track track = new Track(html, scale, 18);
    for (double tick : scale.ticks()) {
      html.leaf(
          "text",
          scale.label(tick) + unit,
          "class",
          "tick",
          "x",
          track.x(tick),
          "y",
          13,
          "text-anchor",
          "middle");
    }
    html.close();
  }

  /** A point; {@code title} shows under the mouse. */
  @CanIgnoreReturnValue
  public Track dot(double value, double y, double radius, String style, String title) {
    html.open("circle", "class", style, "cx", x(value), "cy", y, "r", radius);
    html.leaf("title", title).close();
    return this;
  }

  /** A diamond, hollow by its style. */
  @CanIgnoreReturnValue
  public Track diamond(double value, double y, String style, String title) {
    html.open("svg", "x", x(value), "y", y, "overflow", "visible");
    html.open("path", "class", style, "d", "M0-5 5 0 0 5-5 0z").leaf("title", title).close();
    html.close();
    return this;
  }

  /** A horizontal stroke between two values. */
  @CanIgnoreReturnValue
  public Track span(double from, double to, double y, String style) {
    html.empty("line", "class", style, "x1", x(from), "x2", x(to), "y1", y, "y2", y);
    return this;
  }

  /** A bar between two values, as high as the line less two pixels above and below. */
  @CanIgnoreReturnValue
  public Track bar(double from, double to, String style, String title) {
    double left = clamp(scale.at(Math.min(from, to)));
    double right = clamp(scale.at(Math.max(from, to)));
    html.open(
        "rect",
        "class",
        style,
        "x",
        percent(left),
        "width",
        percent(right - left),
        "y",
        3,
        "height",
        height - 6,
        "rx",
        1.5);
    html.leaf("title", title).close();
    return this;
  }

  /** A vertical stroke through the line. */
  @CanIgnoreReturnValue
  public Track rule(double value, String style) {
    html.empty("line", "class", style, "x1", x(value), "x2", x(value), "y1", 0, "y2", height);
    return this;
  }

  /** Ends the line. */
  public void close() {
    html.close();
  }

  private String x(double value) {
    return percent(clamp(scale.at(value)));
  }

  private static double clamp(double share) {
    return Math.max(0, Math.min(1, share));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f%%", 100 * share);
  }
}

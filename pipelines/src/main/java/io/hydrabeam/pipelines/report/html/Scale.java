package io.hydrabeam.pipelines.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An axis: a range of values with round ticks.
 *
 * @param low value at its start
 * @param high value at its end, above {@code low}
 * @param step between ticks
 */
public record Scale(double low, double high, double step) {

  /**
   * The smallest range with round ends that holds some values.
   *
   * @param ticks that are wanted about
   */
  public static Scale around(double min, double max, int ticks) {
    double from = Math.min(min, max);
    double to = Math.max(min, max);
    if (to - from < 1e-12 * Math.max(1, Math.abs(to))) {
      double margin = Math.max(Math.abs(to) * 0.05, 1e-6);
      from -= margin;
      to += margin;
    }
    double step = round((to - from) / Math.max(1, ticks));
    return new Scale(
        Math.floor(from / step + 1e-9) * step, Math.ceil(to / step - 1e-9) * step, step);
  }

  /**
   * As {@link #around} for shares in per cent: nothing beyond 0 and 100, or beyond −100 where a
   * correlation is negative.
   */
  public static Scale percent(double min, double max, int ticks) {
    return around(min, max, ticks).within(Math.min(min, max) < 0 ? -100 : 0, 100);
  }

  /**
   * The part of it between two values that are ticks of every scale, as 0 and 100 per cent are:
   * where there are no values there is no axis.
   */
  public Scale within(double least, double most) {
    return new Scale(Math.max(low, least), Math.min(high, most), step);
  }

  /** The next of 1, 2 and 5 times a power of ten. */
  private static double round(double raw) {
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double times = raw / power;
    return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
  }

  /** Place of a value, 0 at the start and 1 at the end; not limited to them. */
  public double at(double value) {
    return (value - low) / (high - low);
  }

  /** Values of the ticks, ends included. */
  public List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    int count = (int) Math.round((high - low) / step);
    for (int i = 0; i <= count; i++) {
      ticks.add(low + i * step);
    }
    return ticks;
  }

  /** A tick's label, with as many digits as the step needs. */
  public String label(double tick) {
    double value = Math.abs(tick) < step * 1e-6 ? 0 : tick;
    if (step < 1e-4) {
      return String.format(Locale.ROOT, "%.0e", value);
    }
    int digits = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}

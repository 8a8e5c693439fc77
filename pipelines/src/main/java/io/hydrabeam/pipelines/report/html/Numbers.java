package io.hydrabeam.pipelines.report.html;

import io.hydrabeam.pipelines.report.Spread;
import java.util.Locale;

/** Numbers as a report prints them. */
public final class Numbers {
  private Numbers() {}

  /** A share as per cent with one digit, without the sign. */
  public static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", 100 * share);
  }

  /** A number with at most two digits behind the point, as {@code 3.5}. */
  public static String plain(double number) {
    String text = String.format(Locale.ROOT, "%.2f", number);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }

  /** A mean and its deviation in per cent, as {@code 57.1 ± 0.4}. */
  public static String percent(Spread spread) {
    String mean = percent(spread.mean());
    return spread.deviation().isEmpty()
        ? mean
        : mean + " ± " + percent(spread.deviation().getAsDouble());
  }

  /** A difference of shares in points, with its sign. */
  public static String points(double difference) {
    return signed(100 * difference);
  }

  /** A number of points with its sign and one digit. */
  public static String signed(double points) {
    String text = String.format(Locale.ROOT, "%.1f", Math.abs(points));
    if (text.equals("0.0")) {
      return "0.0";
    }
    return (points < 0 ? "−" : "+") + text;
  }

  /** A whole number as an exponent. */
  public static String raised(int number) {
    StringBuilder text = new StringBuilder(number < 0 ? "⁻" : "");
    for (char digit : String.valueOf(Math.abs(number)).toCharArray()) {
      text.append("⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(digit - '0'));
    }
    return text.toString();
  }

  /** A count, with thousands apart. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A count in a few characters, as {@code 10.7 k} or {@code 0.28 M}; its parts stay together. */
  public static String brief(double number) {
    if (number >= 1e5) {
      return String.format(Locale.ROOT, number < 1e7 ? "%.2f\u00a0M" : "%.1f\u00a0M", number / 1e6);
    }
    return number >= 1e3
        ? String.format(Locale.ROOT, "%.1f\u00a0k", number / 1e3)
        : String.format(Locale.ROOT, "%.0f", number);
  }

  /** A time, as {@code 8.4 s}, {@code 12 min 5 s} or {@code 3 h 20 min}. */
  public static String duration(double seconds) {
    if (seconds < 60) {
      return String.format(Locale.ROOT, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? "%d min %d s".formatted(whole / 60, whole % 60)
        : "%s h %d min".formatted(count(whole / 3600), whole % 3600 / 60);
  }
}

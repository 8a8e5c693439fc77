package io.hydrabeam.pipelines.report.html;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A document that grows from front to back. Every text and attribute is escaped here and nowhere
 * else, and what is opened must be closed, so the result is well-formed XML as well as HTML
 * whatever names it holds.
 */
public final class Html {
  private final StringBuilder out = new StringBuilder(1 << 16);
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Opens an element.
   *
   * @param attributes names and values in turn
   */
  @CanIgnoreReturnValue
  public Html open(String tag, Object... attributes) {
    start(tag, attributes);
    out.append('>');
    open.push(tag);
    return this;
  }

  /** Closes the element that was opened last. */
  @CanIgnoreReturnValue
  public Html close() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  /** An element with text alone. */
  @CanIgnoreReturnValue
  public Html leaf(String tag, String text, Object... attributes) {
    return open(tag, attributes).text(text).close();
  }

  /** An element without contents, as {@code meta} or {@code circle}. */
  @CanIgnoreReturnValue
  public Html empty(String tag, Object... attributes) {
    start(tag, attributes);
    out.append("/>");
    return this;
  }

  /** Text, escaped. Characters that XML cannot hold are replaced. */
  @CanIgnoreReturnValue
  public Html text(String text) {
    escape(text);
    return this;
  }

  /** A line feed, for those who read the source. */
  @CanIgnoreReturnValue
  public Html line() {
    out.append('\n');
    return this;
  }

  /**
   * A style sheet of the program's own, as it is.
   *
   * @throws IllegalArgumentException if it could end its element
   */
  @CanIgnoreReturnValue
  public Html style(String css) {
    if (css.indexOf('<') >= 0 || css.indexOf('&') >= 0) {
      throw new IllegalArgumentException("a style sheet must hold neither < nor &");
    }
    open("style");
    out.append('\n').append(css);
    return close();
  }

  /**
   * The document.
   *
   * @throws IllegalStateException if an element is still open
   */
  public String document() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not closed: " + open);
    }
    return "<!DOCTYPE html>\n" + out + "\n";
  }

  private void start(String tag, Object... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      escape(String.valueOf(attributes[i + 1]));
      out.append('"');
    }
  }

  private void escape(String text) {
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(isAllowed(c) ? c : '\uFFFD');
              }
            });
  }

  private static boolean isAllowed(int c) {
    return c >= ' ' ? !Character.isISOControl(c) && !isHalf(c) : c == '\n' || c == '\t';
  }

  /** Half of a surrogate pair, or one of the two that Unicode forbids. */
  private static boolean isHalf(int c) {
    return (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) || (c & 0xFFFE) == 0xFFFE;
  }
}

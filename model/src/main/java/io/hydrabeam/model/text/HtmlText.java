package io.hydrabeam.model.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces HTML's character references, by name, by decimal and by hexadecimal number.
 *
 * <p>Numeric ones follow HTML 5: numbers of Windows-1252 mean its characters, what is no character
 * vanishes. Of named ones HTML 4's 252 are known (HTML 5 has 2,231, most of them mathematics);
 * those of Latin-1 also without their semicolon and with text behind. Others stay as they are.
 */
final class HtmlText {

  private static final String TABLE = "html_entities.txt";

  private static final Map<String, String> NAMED = load();

  private static final Pattern REFERENCE =
      Pattern.compile("&(?:#([0-9]+);?|#[xX]([0-9a-fA-F]+);?|([^\\t\\n\\f <&#;]{1,32})(;?))");

  /** What may lack its semicolon: the markup characters and Latin-1. */
  private static final int LEGACY_MAX = 0xff;

  /** Digits of a number that may be a character; longer ones are not parsed. */
  private static final int DIGITS_MAX = 9;

  private static final Charset WINDOWS = Charset.forName("windows-1252");

  private static final String REPLACEMENT = "\uFFFD";

  private HtmlText() {}

  /** Replaces every reference once; what comes out is not looked at again. */
  static String unescape(String text) {
    return REFERENCE.matcher(text).replaceAll(m -> Matcher.quoteReplacement(replacement(m)));
  }

  private static String replacement(MatchResult match) {
    if (match.group(1) != null) {
      return character(match.group(1), 10);
    }
    if (match.group(2) != null) {
      return character(match.group(2), 16);
    }
    String name = match.group(3);
    String known = NAMED.get(name);
    if (known != null && (!match.group(4).isEmpty() || isLegacy(known))) {
      return known;
    }
    for (int end = name.length() - 1; end > 1; end--) {
      String prefix = NAMED.get(name.substring(0, end));
      if (prefix != null && isLegacy(prefix)) {
        return prefix + name.substring(end) + match.group(4);
      }
    }
    return match.group();
  }

  private static boolean isLegacy(String character) {
    return character.codePointAt(0) <= LEGACY_MAX;
  }

  private static String character(String digits, int radix) {
    String number = digits.replaceFirst("^0+(?=.)", "");
    if (number.length() > DIGITS_MAX) {
      return REPLACEMENT;
    }
    long code = Long.parseLong(number, radix);
    if (code == 0 || code > Character.MAX_CODE_POINT || isSurrogate(code)) {
      return REPLACEMENT;
    }
    int c = (int) code;
    if (c >= 0x80 && c < 0xa0) {
      String windows = new String(new byte[] {(byte) c}, WINDOWS);
      return windows.equals(REPLACEMENT) ? Character.toString(c) : windows;
    }
    return isNoCharacter(c) ? "" : Character.toString(c);
  }

  private static boolean isSurrogate(long code) {
    return code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE;
  }

  private static boolean isNoCharacter(int c) {
    boolean control = c < 0x20 && c != '\t' && c != '\n' && c != '\f' && c != '\r';
    return control || c == 0x7f || (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
  }

  private static Map<String, String> load() {
    Map<String, String> named = new HashMap<>();
    try (InputStream in = HtmlText.class.getResourceAsStream(TABLE);
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        int space = line.indexOf(' ');
        named.put(
            line.substring(0, space),
            Character.toString(Integer.parseInt(line.substring(space + 1))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + TABLE, e);
    }
    return named;
  }
}

package io.hydrabeam.runners;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.Validation;

/**
 * One option, read from a getter of an options interface.
 *
 * @param name as on the command line, without {@code --}
 * @param type of one value, boxed; anything but a number, a boolean or an enum is taken as text
 * @param list whether several values may be given, separated by commas
 * @param required whether there is no default to go on with
 * @param description one sentence; empty where the getter has none
 * @param declaredBy interface that declares the getter
 */
record Option(
    String name,
    Class<?> type,
    boolean list,
    boolean required,
    String description,
    Class<?> declaredBy) {

  /** The option behind a getter; empty if the method is none. */
  static Optional<Option> of(Method method) {
    String name = propertyName(method);
    if (name.isEmpty() || method.getParameterCount() != 0 || method.isBridge()) {
      return Optional.empty();
    }
    Class<?> raw = method.getReturnType();
    boolean list = List.class.isAssignableFrom(raw) || raw.isArray();
    Description description = method.getAnnotation(Description.class);
    return Optional.of(
        new Option(
            name,
            box(list ? elementType(method) : raw),
            list,
            method.isAnnotationPresent(Validation.Required.class),
            description == null ? "" : description.value(),
            method.getDeclaringClass()));
  }

  /** What a value looks like: {@code INTEGER}, {@code both|parallel|sequential}, {@code TEXT,…}. */
  String placeholder() {
    String one;
    if (type.isEnum()) {
      one = String.join("|", allowed());
    } else if (type == Boolean.class) {
      one = "true|false";
    } else if (type == Integer.class || type == Long.class) {
      one = "INTEGER";
    } else if (Number.class.isAssignableFrom(type)) {
      one = "NUMBER";
    } else {
      one = "TEXT";
    }
    return list ? one + ",…" : one;
  }

  /** The spellings of an enum's values, lower case; empty for other types. */
  List<String> allowed() {
    return constants().stream().map(Option::spelling).collect(Collectors.toList());
  }

  /**
   * The value as Beam's parser reads it.
   *
   * @throws IllegalArgumentException what is allowed instead
   */
  String canonical(String text) {
    if (!list) {
      return canonicalOne(text.strip());
    }
    List<String> values = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      values.add(canonicalOne(part.strip()));
    }
    return String.join(",", values);
  }

  private String canonicalOne(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a value is missing");
    }
    if (type.isEnum()) {
      String wanted = text.toLowerCase(Locale.ROOT).replace('-', '_');
      return constants().stream()
          .filter(constant -> spelling(constant).replace('-', '_').equals(wanted))
          .findFirst()
          .map(Enum::name)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "'%s' is not one of %s".formatted(text, String.join(", ", allowed()))));
    }
    if (type == Boolean.class) {
      String lower = text.toLowerCase(Locale.ROOT);
      require(lower.equals("true") || lower.equals("false"), text, "neither true nor false");
      return lower;
    }
    if (Number.class.isAssignableFrom(type)) {
      checkNumber(text);
    }
    return text;
  }

  private void checkNumber(String text) {
    try {
      if (type == Integer.class) {
        Integer.parseInt(text);
      } else if (type == Long.class) {
        Long.parseLong(text);
      } else {
        require(Double.isFinite(Double.parseDouble(text)), text, "not a finite number");
      }
    } catch (NumberFormatException e) {
      boolean whole = type == Integer.class || type == Long.class;
      require(false, text, whole ? "not a whole number (or out of range)" : "not a number");
    }
  }

  /** How a default or a value is shown: enums in lower case, lists with commas. */
  static String show(Object value) {
    if (value instanceof Enum<?> constant) {
      return spelling(constant);
    }
    if (value instanceof List<?> values) {
      return values.stream().map(Option::show).collect(Collectors.joining(","));
    }
    if (value.getClass().isArray()) {
      return show(Arrays.asList((Object[]) value));
    }
    if (value instanceof Class<?> type) {
      return type.getSimpleName();
    }
    return String.valueOf(value);
  }

  private List<Enum<?>> constants() {
    List<Enum<?>> constants = new ArrayList<>();
    if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        // The last constant of protobuf's enums stands for numbers of a newer version.
        if (!((Enum<?>) constant).name().equals("UNRECOGNIZED")) {
          constants.add((Enum<?>) constant);
        }
      }
    }
    return constants;
  }

  private static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static void require(boolean condition, String text, String problem) {
    if (!condition) {
      throw new IllegalArgumentException("'%s' is %s".formatted(text, problem));
    }
  }

  private static String propertyName(Method method) {
    String name = method.getName();
    for (String prefix : List.of("get", "is")) {
      if (name.startsWith(prefix) && name.length() > prefix.length()) {
        String rest = name.substring(prefix.length());
        return Character.toLowerCase(rest.charAt(0)) + rest.substring(1);
      }
    }
    return "";
  }

  private static Class<?> elementType(Method method) {
    if (method.getReturnType().isArray()) {
      return method.getReturnType().getComponentType();
    }
    Type generic = method.getGenericReturnType();
    if (generic instanceof ParameterizedType parameterized
        && parameterized.getActualTypeArguments()[0] instanceof Class<?> element) {
      return element;
    }
    return String.class;
  }

  private static Class<?> box(Class<?> type) {
    if (type == int.class) {
      return Integer.class;
    } else if (type == long.class) {
      return Long.class;
    } else if (type == double.class) {
      return Double.class;
    } else if (type == float.class) {
      return Float.class;
    } else if (type == boolean.class) {
      return Boolean.class;
    }
    return type;
  }
}

package io.hydrabeam.runners;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumOptions;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A file of options in protobuf's text format. The message type is made from the options when the
 * file is read: a field for each option, with its name and type, so that values are checked where
 * they stand.
 */
final class ConfigFile {

  private static final String MESSAGE = "Options";
  private static final int LIMIT_BYTES = 1 << 24;

  /**
   * {@code line:column:<white space>[package.]Options.field}, as the parser lists unknown fields.
   */
  private static final Pattern UNKNOWN =
      Pattern.compile("(\\d+):(\\d+):\\s+(?:\\w+\\.)*" + MESSAGE + "\\.(\\w+)");

  private final Descriptor descriptor;
  private final OptionSet options;

  private ConfigFile(Descriptor descriptor, OptionSet options) {
    this.descriptor = descriptor;
    this.options = options;
  }

  /** A reader for files that may hold any of {@code options}. */
  static ConfigFile of(OptionSet options) {
    return new ConfigFile(describe(options), options);
  }

  /**
   * Values as they would stand on the command line, by option name, in the order of the names.
   *
   * @throws HydraException usage, with file, line and column of what is wrong
   */
  Map<String, String> read(String file) {
    String text;
    try {
      text = new String(Storage.read(file, LIMIT_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw HydraException.usage(
          "--config: cannot read %s: %s".formatted(file, HydraException.reason(e)));
    }
    DynamicMessage.Builder message = DynamicMessage.newBuilder(descriptor);
    try {
      TextFormat.getParser().merge(text, message);
    } catch (TextFormat.ParseException e) {
      throw error(file, e);
    }
    Map<String, String> values = new LinkedHashMap<>();
    message
        .getAllFields()
        .forEach((field, value) -> values.put(field.getName(), show(field, value)));
    return values;
  }

  private HydraException error(String file, TextFormat.ParseException e) {
    String message = String.valueOf(e.getMessage());
    Matcher unknown = UNKNOWN.matcher(message);
    if (unknown.find()) {
      String name = unknown.group(3);
      return CommandLine.unknown(
          "%s:%s:%s: no option is named %s"
              .formatted(file, unknown.group(1), unknown.group(2), name),
          name,
          options.names(),
          "",
          "COMMAND --help lists them");
    }
    String rest = message.replaceFirst("^\\d+:\\d+: ", "").replaceAll("\\s+", " ");
    return HydraException.usage("%s:%d:%d: %s".formatted(file, e.getLine(), e.getColumn(), rest));
  }

  private static String show(FieldDescriptor field, Object value) {
    if (field.isRepeated()) {
      return ((List<?>) value).stream().map(ConfigFile::showOne).collect(Collectors.joining(","));
    }
    return showOne(value);
  }

  private static String showOne(Object value) {
    return value instanceof EnumValueDescriptor constant ? constant.getName() : value.toString();
  }

  private static Descriptor describe(OptionSet options) {
    DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(MESSAGE);
    int number = 1;
    for (Option option : options.options()) {
      FieldDescriptorProto.Builder field =
          message
              .addFieldBuilder()
              .setName(option.name())
              .setNumber(number++)
              .setLabel(option.list() ? Label.LABEL_REPEATED : Label.LABEL_OPTIONAL);
      if (option.type().isEnum()) {
        // Each in a message of its own: constants of sibling enums must not share names.
        String scope = "Of_" + option.name();
        message.addNestedTypeBuilder().setName(scope).addEnumType(describeEnum(option));
        field
            .setType(FieldDescriptorProto.Type.TYPE_ENUM)
            .setTypeName("." + MESSAGE + "." + scope + ".Value");
      } else {
        field.setType(fieldType(option.type()));
      }
    }
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("options.proto")
            .setSyntax("proto2")
            .addMessageType(message)
            .build();
    try {
      return FileDescriptor.buildFrom(file, new FileDescriptor[0]).findMessageTypeByName(MESSAGE);
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException("options do not make a message: " + e.getMessage(), e);
    }
  }

  private static EnumDescriptorProto describeEnum(Option option) {
    EnumDescriptorProto.Builder type =
        EnumDescriptorProto.newBuilder()
            .setName("Value")
            .setOptions(EnumOptions.newBuilder().setAllowAlias(true));
    int number = 0;
    for (String spelling : option.allowed()) {
      // `method: hydra` and `method: HYDRA` are the same.
      type.addValue(EnumValueDescriptorProto.newBuilder().setName(spelling).setNumber(number));
      String upper = spelling.toUpperCase(Locale.ROOT);
      if (!upper.equals(spelling)) {
        type.addValue(EnumValueDescriptorProto.newBuilder().setName(upper).setNumber(number));
      }
      number++;
    }
    return type.build();
  }

  private static FieldDescriptorProto.Type fieldType(Class<?> type) {
    if (type == Integer.class) {
      return FieldDescriptorProto.Type.TYPE_INT32;
    } else if (type == Long.class) {
      return FieldDescriptorProto.Type.TYPE_INT64;
    } else if (type == Double.class || type == Float.class) {
      return FieldDescriptorProto.Type.TYPE_DOUBLE;
    } else if (type == Boolean.class) {
      return FieldDescriptorProto.Type.TYPE_BOOL;
    }
    return FieldDescriptorProto.Type.TYPE_STRING;
  }
}

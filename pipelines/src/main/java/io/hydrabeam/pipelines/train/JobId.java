package io.hydrabeam.pipelines.train;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Recipe;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/**
 * Names a job by what determines its result: the first 16 hexadecimal digits of the SHA-256 of the
 * key's canonical text.
 *
 * <p>The text is this class's own, not protobuf's serialization, whose bytes may change between
 * library versions: one line {@code path=value} for each field that is present, fields sorted by
 * name. An absent field has no line, so a field that joins the message later leaves the ids of
 * older keys as they are.
 */
public final class JobId {
  private static final int DIGITS = 16;

  /** Provenance for the reader: the same numbers from elsewhere give the same result. */
  private static final FieldDescriptor UNHASHED =
      Recipe.getDescriptor().findFieldByNumber(Recipe.ORIGIN_FIELD_NUMBER);

  private JobId() {}

  /** The id of the job with this key: 16 hexadecimal digits. */
  public static String of(JobKey key) {
    return ofText(canonicalText(key));
  }

  /** The first 16 hexadecimal digits of the SHA-256 of {@code text} in UTF-8. */
  static String ofText(String text) {
    return Hashing.sha256Hex(text.getBytes(StandardCharsets.UTF_8)).substring(0, DIGITS);
  }

  /** What is hashed; two keys have the same text exactly if they are the same job. */
  static String canonicalText(Message message) {
    StringBuilder text = new StringBuilder();
    append(text, "", message);
    return text.toString();
  }

  private static void append(StringBuilder text, String path, Message message) {
    message.getAllFields().keySet().stream()
        .filter(field -> !field.equals(UNHASHED))
        .sorted(Comparator.comparing(FieldDescriptor::getName))
        .forEach(field -> appendField(text, path + field.getName(), field, message));
  }

  private static void appendField(
      StringBuilder text, String path, FieldDescriptor field, Message message) {
    if (field.isRepeated()) {
      List<?> values = (List<?>) message.getField(field);
      for (int i = 0; i < values.size(); i++) {
        appendValue(text, "%s[%d]".formatted(path, i), values.get(i));
      }
    } else {
      appendValue(text, path, message.getField(field));
    }
  }

  private static void appendValue(StringBuilder text, String path, Object value) {
    if (value instanceof Message nested) {
      text.append(path).append("{}\n");
      append(text, path + ".", nested);
      return;
    }
    String plain = value instanceof EnumValueDescriptor e ? e.getName() : value.toString();
    // The length keeps a value with line breaks from looking like two fields.
    text.append(path).append('=').append(plain.length()).append(':').append(plain).append('\n');
  }
}

package io.hydrabeam.pipelines.records;

import static io.hydrabeam.pipelines.records.ExampleFeatures.numbers;
import static io.hydrabeam.pipelines.records.ExampleFeatures.real;
import static io.hydrabeam.pipelines.records.ExampleFeatures.text;

import com.google.common.primitives.Ints;
import java.io.IOException;
import org.tensorflow.proto.Features;

/** A stored text as the bytes of a tf.Example. */
public final class TextCodec {

  /** Token ids, start and end tokens included. */
  public static final String IDS = "text/ids";

  /** Names the text within its split. */
  public static final String KEY = "text/key";

  /** Its class, from 0. */
  public static final String LABEL = "text/label";

  /** The number of a regression. */
  public static final String NUMBER = "text/number";

  /** The first sentence, UTF-8. */
  public static final String FIRST = "text/first";

  /** The second one; empty where there is none. */
  public static final String SECOND = "text/second";

  private TextCodec() {}

  /** Encodes a text; equal inputs give equal bytes. */
  public static byte[] encode(TextRecord record) {
    return ExampleFeatures.serialize(
        Features.newBuilder()
            .putFeature(IDS, numbers(Ints.asList(record.ids())))
            .putFeature(KEY, text(record.key()))
            .putFeature(LABEL, numbers(Ints.asList(record.labels())))
            .putFeature(NUMBER, real(record.number()))
            .putFeature(FIRST, text(record.first()))
            .putFeature(SECOND, text(record.second()))
            .build());
  }

  /**
   * A record's key.
   *
   * @throws IOException if the record is not a tf.Example or has no key
   */
  public static String key(byte[] record) throws IOException {
    return ExampleFields.parse(record).text(KEY);
  }

  /**
   * Reads a record back.
   *
   * @throws IOException if a feature is missing or does not fit the others
   */
  static TextRecord decode(byte[] record) throws IOException {
    ExampleFields fields = ExampleFields.parse(record);
    if (fields.floats(NUMBER).size() != 1) {
      throw new BadRecordException("record has not one number at " + NUMBER);
    }
    return new TextRecord(
        fields.text(KEY),
        fields.integers(LABEL),
        fields.floats(NUMBER).get(0),
        fields.integers(IDS),
        fields.text(FIRST),
        fields.text(SECOND));
  }
}

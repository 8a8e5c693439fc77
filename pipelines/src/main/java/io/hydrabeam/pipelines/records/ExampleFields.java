package io.hydrabeam.pipelines.records;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;

/** The features of a tf.Example by name. */
public final class ExampleFields {
  private final Features features;

  private ExampleFields(Features features) {
    this.features = features;
  }

  /**
   * Reads a record.
   *
   * @throws BadRecordException if it is not a tf.Example
   */
  public static ExampleFields parse(byte[] record) throws BadRecordException {
    try {
      return new ExampleFields(Example.parseFrom(record).getFeatures());
    } catch (InvalidProtocolBufferException e) {
      throw new BadRecordException("record is not a tf.Example", e);
    }
  }

  /** Whether there is a feature of that name. */
  public boolean has(String name) {
    return features.getFeatureMap().containsKey(name);
  }

  /**
   * The only value of a feature of bytes.
   *
   * @throws BadRecordException if it has another number of them, or is not there
   */
  public ByteString bytes(String name) throws BadRecordException {
    Feature feature = feature(name);
    if (feature.getBytesList().getValueCount() != 1) {
      throw new BadRecordException("record has not one text at " + name);
    }
    return feature.getBytesList().getValue(0);
  }

  /** As {@link #bytes}, as UTF-8. */
  public String text(String name) throws BadRecordException {
    return bytes(name).toStringUtf8();
  }

  /**
   * The only value of a feature of whole numbers, from 0 to 2^31 - 1.
   *
   * @throws BadRecordException if it is another, there are several, or it is not there
   */
  public int integer(String name) throws BadRecordException {
    Feature feature = feature(name);
    if (feature.getInt64List().getValueCount() != 1) {
      throw new BadRecordException("record has not one number at " + name);
    }
    return checked(feature.getInt64List().getValue(0), name);
  }

  /** All values of a feature of whole numbers, each from 0 to 2^31 - 1. */
  public int[] integers(String name) throws BadRecordException {
    List<Long> values = feature(name).getInt64List().getValueList();
    int[] numbers = new int[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = checked(values.get(i), name);
    }
    return numbers;
  }

  /** All values of a feature of real numbers. */
  public List<Float> floats(String name) throws BadRecordException {
    return feature(name).getFloatList().getValueList();
  }

  private static int checked(long value, String name) throws BadRecordException {
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new BadRecordException("record has %d at %s".formatted(value, name));
    }
    return (int) value;
  }

  private Feature feature(String name) throws BadRecordException {
    Feature feature = features.getFeatureMap().get(name);
    if (feature == null) {
      throw new BadRecordException("record lacks " + name);
    }
    return feature;
  }
}

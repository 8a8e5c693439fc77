package io.hydrabeam.pipelines.records;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.List;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.FloatList;
import org.tensorflow.proto.Int64List;

/** Makes tf.Examples. */
final class ExampleFeatures {

  private ExampleFeatures() {}

  static Feature bytes(ByteString value) {
    return Feature.newBuilder().setBytesList(BytesList.newBuilder().addValue(value)).build();
  }

  static Feature text(String value) {
    return bytes(ByteString.copyFromUtf8(value));
  }

  static Feature number(int value) {
    return numbers(List.of(value));
  }

  static Feature numbers(Iterable<Integer> values) {
    Int64List.Builder list = Int64List.newBuilder();
    values.forEach(list::addValue);
    return Feature.newBuilder().setInt64List(list).build();
  }

  static Feature real(float value) {
    return Feature.newBuilder().setFloatList(FloatList.newBuilder().addValue(value)).build();
  }

  /** Map entries in order of their keys, so that the bytes do not depend on the run. */
  static byte[] serialize(Features features) {
    Example example = Example.newBuilder().setFeatures(features).build();
    byte[] bytes = new byte[example.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      example.writeTo(out);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory", e);
    }
    out.checkNoSpaceLeft();
    return bytes;
  }
}

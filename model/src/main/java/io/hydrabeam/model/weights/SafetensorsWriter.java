package io.hydrabeam.model.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Writes safetensors files, tensor by tensor. */
public final class SafetensorsWriter {

  private static final JsonFactory JSON = new JsonFactory();

  /** The data start at a multiple of this many bytes. */
  private static final int ALIGNMENT = 8;

  private static final int BUFFER_VALUES = 1 << 14;

  private SafetensorsWriter() {}

  /** Makes a tensor when it is its turn, so that a converted model need not exist as a whole. */
  @FunctionalInterface
  public interface TensorSource {
    HostTensor tensor(String name) throws IOException;
  }

  /** As {@link Safetensors#write}. */
  static void write(Path file, Map<String, HostTensor> tensors, Map<String, String> metadata)
      throws IOException {
    Map<String, int[]> shapes = new TreeMap<>();
    Map<String, HostTensor> sorted = new TreeMap<>(tensors);
    sorted.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    write(file, shapes, name -> Objects.requireNonNull(sorted.get(name)), metadata);
  }

  /**
   * Writes tensors as F32, sorted by name; each is asked for once, in that order.
   *
   * @param shapes what the file will hold
   * @param source gives each tensor in its declared shape
   * @param metadata noted in the header; may be empty
   */
  public static void write(
      Path file, Map<String, int[]> shapes, TensorSource source, Map<String, String> metadata)
      throws IOException {
    TreeMap<String, int[]> sorted = new TreeMap<>(shapes);
    byte[] header = header(sorted, new TreeMap<>(metadata));
    AtomicFiles.write(
        file,
        out -> {
          out.write(
              ByteBuffer.allocate(8)
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .putLong(0, header.length)
                  .array());
          out.write(header);
          for (Map.Entry<String, int[]> entry : sorted.entrySet()) {
            HostTensor tensor = source.tensor(entry.getKey());
            if (!Arrays.equals(tensor.shape(), entry.getValue())) {
              throw new IllegalStateException(
                  "tensor %s has shape %s, declared was %s"
                      .formatted(
                          entry.getKey(),
                          Arrays.toString(tensor.shape()),
                          Arrays.toString(entry.getValue())));
            }
            writeValues(out, tensor.values());
          }
        });
  }

  private static byte[] header(Map<String, int[]> shapes, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart("__metadata__");
        for (Map.Entry<String, String> note : metadata.entrySet()) {
          json.writeStringField(note.getKey(), note.getValue());
        }
        json.writeEndObject();
      }
      long position = 0;
      for (Map.Entry<String, int[]> entry : shapes.entrySet()) {
        long size = FloatReader.size(entry.getValue());
        json.writeObjectFieldStart(entry.getKey());
        json.writeStringField("dtype", ElementType.F32.name());
        json.writeFieldName("shape");
        json.writeArray(entry.getValue(), 0, entry.getValue().length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {position, position + size * Float.BYTES}, 0, 2);
        json.writeEndObject();
        position += size * Float.BYTES;
      }
      json.writeEndObject();
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }

  private static void writeValues(OutputStream out, float[] values) throws IOException {
    ByteBuffer buffer =
        ByteBuffer.allocate(BUFFER_VALUES * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int done = 0; done < values.length; done += BUFFER_VALUES) {
      int count = Math.min(BUFFER_VALUES, values.length - done);
      buffer.asFloatBuffer().put(values, done, count);
      out.write(buffer.array(), 0, count * Float.BYTES);
    }
  }
}

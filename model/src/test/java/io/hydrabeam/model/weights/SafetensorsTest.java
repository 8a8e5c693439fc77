package io.hydrabeam.model.weights;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.Vectors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

  private static final String ENTRY =
      "\"%s\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[%d,%d]}";

  @TempDir Path folder;

  @Test
  void read_givesTheReferenceTensors() throws IOException {
    Path file = Vectors.copy("vit_hydra/adapters.safetensors", folder);

    Map<String, HostTensor> expected = Vectors.tensors("vit_hydra/adapters.safetensors");
    Map<String, HostTensor> read = WeightFiles.readAll(file);

    assertThat(read.keySet()).containsExactlyElementsIn(expected.keySet());
    expected.forEach(
        (name, tensor) -> assertWithMessage(name).that(read.get(name).bitEquals(tensor)).isTrue());
    try (WeightFile weights = WeightFile.open(file)) {
      assertThat(weights.metadata())
          .containsEntry("rank", Integer.toString(Vectors.hydra().rank()));
    }
  }

  @Test
  void write_thenRead_givesTheSameBitsAndMetadata() throws IOException {
    HostTensor odd = HostTensor.of(new float[] {Float.NaN, -0f, 1e-45f}, 3);
    HostTensor scalar = HostTensor.of(new float[] {2.5f});
    Path file = folder.resolve("a.safetensors");

    Safetensors.write(file, Map.of("b", odd, "a \"quoted\" ü", scalar), Map.of("k", "v"));

    try (WeightFile weights = WeightFile.open(file)) {
      assertThat(weights.names()).containsExactly("a \"quoted\" ü", "b").inOrder();
      assertThat(weights.read("b").bitEquals(odd)).isTrue();
      assertThat(weights.read("a \"quoted\" ü").bitEquals(scalar)).isTrue();
      assertThat(weights.metadata()).containsExactly("k", "v");
    }
  }

  @Test
  void write_twice_givesTheSameAlignedBytesAndLeavesNothingElse() throws IOException {
    Map<String, HostTensor> tensors =
        Map.of("x", HostTensor.zeros(3, 2), "y", HostTensor.zeros(0), "abc", HostTensor.zeros(1));
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");

    Safetensors.write(first, tensors, Map.of("b", "2", "a", "1"));
    Safetensors.write(second, tensors, Map.of("a", "1", "b", "2"));
    Safetensors.write(second, tensors, Map.of("a", "1", "b", "2"));

    byte[] bytes = Files.readAllBytes(first);
    assertThat(Files.readAllBytes(second)).isEqualTo(bytes);
    assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8).isEqualTo(0);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.toList()).containsExactly(first, second);
    }
  }

  @Test
  void write_thatFails_keepsTheOldFile() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, Map.of("x", HostTensor.zeros(1)), Map.of());
    byte[] before = Files.readAllBytes(file);

    assertThrows(
        IOException.class,
        () ->
            SafetensorsWriter.write(
                file,
                Map.of("x", new int[] {1000}),
                name -> {
                  throw new IOException("disk full");
                },
                Map.of()));

    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.toList()).containsExactly(file);
    }
  }

  @Test
  void halfAndDoublePrecision_areConverted() throws IOException {
    String header =
        "{\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]},"
            + "\"d\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[4,12]},"
            + "\"h\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[12,20]}}";
    byte[] bytes = WeightFiles.safetensors(header, 20);
    ByteBuffer.wrap(bytes, bytes.length - 20, 20)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) 0x3fc0)
        .putShort((short) 0xc000)
        .putDouble(Math.PI)
        .putShort((short) 0x3555)
        .putShort((short) 0x8001)
        .putShort((short) 0x7bff)
        .putShort((short) 0xfc00);

    Map<String, HostTensor> read =
        WeightFiles.readAll(WeightFiles.file(folder, "mixed.safetensors", bytes));

    assertThat(read.get("b").values()).isEqualTo(new float[] {1.5f, -2f});
    assertThat(read.get("d").values()).isEqualTo(new float[] {(float) Math.PI});
    assertThat(read.get("h").values())
        .isEqualTo(new float[] {0.333251953125f, -0x1p-24f, 65504f, Float.NEGATIVE_INFINITY});
  }

  @Test
  void integers_areListedButNotRead() throws IOException {
    String header = "{\"ids\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}";
    Path file = WeightFiles.file(folder, "a", WeightFiles.safetensors(header, 8));

    try (WeightFile weights = WeightFile.open(file)) {
      assertThat(weights.shape("ids")).isEqualTo(new int[] {1});
      assertThat(assertThrows(WeightFileException.class, () -> weights.read("ids")))
          .hasMessageThat()
          .endsWith("tensor ids holds I64; weights must be F32, F16, BF16 or F64");
    }
  }

  @Test
  void cutFile_isRefused() throws IOException {
    byte[] whole = Vectors.bytes("vit_hydra/adapters.safetensors");

    assertThat(failure(Arrays.copyOf(whole, whole.length - 1))).contains("is it cut?");
    assertThat(failure(Arrays.copyOf(whole, 100))).contains("is cut or no weight file");
    assertThat(failure(Arrays.copyOf(whole, 5))).contains("(5 bytes); is it cut?");
    assertThat(failure(new byte[0])).contains("(0 bytes); is it cut?");
  }

  @Test
  void headerOfGigabytes_isRefusedBeforeItIsAllocated() {
    byte[] bytes = WeightFiles.safetensors("{}", 0);
    for (long length : new long[] {1L << 34, Long.MAX_VALUE, -1, 1L << 40, 100L << 20}) {
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      assertThat(failure(bytes))
          .contains("its header would have " + Long.toUnsignedString(length) + " bytes");
    }
  }

  @Test
  void overlapGapAndTrailingBytes_areRefused() {
    String overlap =
        "{" + ENTRY.formatted("a", 2, 0, 8) + "," + ENTRY.formatted("b", 2, 4, 12) + "}";
    String gap = "{" + ENTRY.formatted("a", 2, 0, 8) + "," + ENTRY.formatted("b", 2, 12, 20) + "}";
    String trailing = "{" + ENTRY.formatted("a", 2, 0, 8) + "}";

    assertThat(failure(WeightFiles.safetensors(overlap, 12)))
        .endsWith("tensor b starts at byte 4, and overlaps the one that ends at byte 8");
    assertThat(failure(WeightFiles.safetensors(gap, 20)))
        .endsWith("tensor b starts at byte 12, which leaves a gap after byte 8");
    assertThat(failure(WeightFiles.safetensors(trailing, 9)))
        .endsWith("1 bytes after the last tensor belong to none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[800,808]}}"
            + "| lies at bytes 800 to 808, but the file holds 8 bytes of data",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}"
            + "| bytes 0 to 8 do not fit F32 of shape [3]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}"
            + "| bytes 8 to 0 do not fit",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647],"
            + "\"data_offsets\":[0,8]}} | bytes 0 to 8 do not fit",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967298],\"data_offsets\":[0,8]}}"
            + "| extent 4294967298 of its shape is too large",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}"
            + "| shape must be non-negative integers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}"
            + "| shape must be non-negative integers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,18446744073709551624]}}"
            + "| data_offsets must be non-negative integers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4,8]}}"
            + "| data_offsets has more than 2 numbers",
        "{\"a\":{\"dtype\":\"F31\",\"shape\":[2],\"data_offsets\":[0,8]}} | unknown dtype F31",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}} | needs dtype, shape and two data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}}"
            + "| unknown field x",
        "{\"a\":[1,2]} | tensor a is START_ARRAY where START_OBJECT belongs",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[[[[[[2]]]]]],\"data_offsets\":[0,8]}}"
            + "| shape must be non-negative integers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
            + "| Duplicate field 'a'",
        "{\"__metadata__\":{\"a\":1}} | __metadata__.a is VALUE_NUMBER_INT where VALUE_STRING",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} {}"
            + "| goes on after its JSON object",
        "{\"a\" | is not valid JSON",
        "[] | the header is START_ARRAY where START_OBJECT belongs",
      })
  void brokenHeader_isRefusedWithItsReason(String header, String reason) {
    assertThat(failure(WeightFiles.safetensors(header, 8))).contains(reason);
  }

  @Test
  void namesInMessages_areMadeHarmless() {
    String header =
        "{\"a\\n\\u001b[31m\\u202e" + "x".repeat(500) + "\":{\"dtype\":\"F32\",\"shape\":[2]}}";

    String message = failure(WeightFiles.safetensors(header, 8));

    assertThat(message).contains("tensor a??[31m?xxx");
    assertThat(message.length()).isLessThan(400);
  }

  /** The message of the failure to open, without the path; asserts that it is a line. */
  private String failure(byte[] bytes) {
    Path file = WeightFiles.file(folder, "broken.safetensors", bytes);
    WeightFileException e =
        assertThrows(WeightFileException.class, () -> WeightFile.open(file).close());
    assertThat(e).hasMessageThat().startsWith(file + ": ");
    assertThat(e).hasMessageThat().doesNotContain("\n");
    return e.getMessage();
  }
}

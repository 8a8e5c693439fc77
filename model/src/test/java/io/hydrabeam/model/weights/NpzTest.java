package io.hydrabeam.model.weights;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static io.hydrabeam.model.weights.WeightFiles.dictionary;
import static io.hydrabeam.model.weights.WeightFiles.npy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydrabeam.model.Vectors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpzTest {

  @TempDir Path folder;

  @Test
  void open_listsTheReferenceArrays() throws IOException {
    JsonNode expected = Vectors.json("google_npz/names.json");

    try (WeightFile weights = WeightFile.open(Vectors.copy("google_npz/backbone.npz", folder))) {
      assertThat(weights.names()).hasSize(expected.size());
      for (String name : weights.names()) {
        JsonNode shape = expected.get(name);
        int[] extents = new int[shape.size()];
        Arrays.setAll(extents, i -> shape.get(i).intValue());
        assertWithMessage(name).that(weights.shape(name)).isEqualTo(extents);
      }
    }
  }

  @Test
  void deflated_readsTheSameAsStored() throws IOException {
    byte[] stored = Vectors.bytes("google_npz/backbone.npz");
    byte[] deflated = WeightFiles.zip(WeightFiles.unzip(stored), true);

    Map<String, HostTensor> expected =
        WeightFiles.readAll(WeightFiles.file(folder, "stored.npz", stored));
    Map<String, HostTensor> read =
        WeightFiles.readAll(WeightFiles.file(folder, "deflated.npz", deflated));

    assertThat(read.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, tensor) -> assertWithMessage(name).that(read.get(name).bitEquals(tensor)).isTrue());
  }

  @Test
  void otherPrecisionsVersionsAndScalars_areRead() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("d.npy", npy(dictionary("<f8", "(1,)"), littleEndian(8).putDouble(0.5).array()));
    entries.put(
        "h.npy",
        npy(dictionary("<f2", "(1, 1)"), littleEndian(2).putShort((short) 0x3c00).array()));
    entries.put(
        "b.npy", npy(dictionary("|V2", "(1,)"), littleEndian(2).putShort((short) 0x3fc0).array()));
    entries.put("s.npy", npy(dictionary("<f4", "()"), littleEndian(4).putFloat(7).array()));
    byte[] version1 = npy(dictionary("<f4", "(1,)"), littleEndian(4).putFloat(8).array());
    byte[] version2 = new byte[version1.length + 2];
    System.arraycopy(version1, 0, version2, 0, 10);
    System.arraycopy(version1, 10, version2, 12, version1.length - 10);
    version2[6] = 2;
    entries.put("v.npy", version2);

    Map<String, HostTensor> read = WeightFiles.readAll(archive(entries));

    assertThat(read.get("d").values()).isEqualTo(new float[] {0.5f});
    assertThat(read.get("h").values()).isEqualTo(new float[] {1});
    assertThat(read.get("b").values()).isEqualTo(new float[] {1.5f});
    assertThat(read.get("s").shape()).isEqualTo(new int[0]);
    assertThat(read.get("s").values()).isEqualTo(new float[] {7});
    assertThat(read.get("v").values()).isEqualTo(new float[] {8});
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'descr': '%O', 'fortran_order': False, 'shape': (1,), } | is an object array",
        "{'descr': '>f4', 'fortran_order': False, 'shape': (1,), } | is big-endian",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), } | unknown element type <c8",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } | of shape [2] needs",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2147483648,), } | is too large",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1e3,), } | has an unusual header",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1), } | has shape (1)",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,,), } | has shape (1,,)",
        "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,), } | unusual header",
        "{'descr': '<f4', 'fortran_order': __import__('os'), 'shape': (1,), } | unusual header",
        "{'descr': '<f4', 'fortran_order': False, "
            + "'shape': (99999999, 99999999, 99999999), } | needs too many bytes",
      })
  void brokenArray_isRefusedWithItsReason(String dictionary, String reason) {
    byte[] array = npy(dictionary.replace('%', '|'), new byte[4]);

    assertThat(failure(archive(Map.of("a.npy", array)))).contains(reason);
  }

  @Test
  void fortranOrder_isRefusedWhenRead() throws IOException {
    String dictionary = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }";

    try (WeightFile weights =
        WeightFile.open(archive(Map.of("a.npy", npy(dictionary, new byte[16]))))) {
      assertThat(assertThrows(WeightFileException.class, () -> weights.read("a")))
          .hasMessageThat()
          .contains("array a is in Fortran order");
    }
  }

  @Test
  void veryLongShapeOrHeader_isRefused() {
    String shape = "(" + "1, ".repeat(2000) + ")";
    byte[] longText = npy(dictionary("<f4", "(1,)") + " ".repeat(20_000), new byte[4]);

    assertThat(failure(archive(Map.of("a.npy", npy(dictionary("<f4", shape), new byte[4])))))
        .contains("array a.npy has shape (1, 1,");
    assertThat(failure(archive(Map.of("a.npy", longText)))).contains("has a header of 200");
  }

  @Test
  void zipBomb_isRefusedBeforeItIsUnpacked() {
    byte[] zeros = new byte[80 << 20];
    byte[] array = npy(dictionary("<f4", "(%d,)".formatted(zeros.length / 4)), zeros);

    assertThat(
            failure(
                WeightFiles.file(
                    folder, "bomb.npz", WeightFiles.zip(Map.of("a.npy", array), true))))
        .contains("a zip bomb, not weights");
  }

  @Test
  void entryLongerThanTheDirectoryClaims_isRefused() {
    byte[] array = npy(dictionary("<f4", "(4,)"), new byte[20]);
    byte[] bytes = WeightFiles.zip(Map.of("a.npy", array), true);
    int directory = indexOf(bytes, new byte[] {'P', 'K', 1, 2});
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(directory + 24, array.length - 4);
    Path file = WeightFiles.file(folder, "lying.npz", bytes);

    assertThat(assertThrows(WeightFileException.class, () -> WeightFiles.readAll(file)))
        .hasMessageThat()
        .startsWith(file + ": array a");
  }

  @Test
  void flippedBit_isFoundByTheChecksum() throws IOException {
    byte[] bytes =
        WeightFiles.zip(Map.of("a.npy", npy(dictionary("<f4", "(64,)"), new byte[256])), false);
    bytes[bytes.length / 2] ^= 1;
    Path file = WeightFiles.file(folder, "flipped.npz", bytes);

    assertThat(assertThrows(WeightFileException.class, () -> WeightFiles.readAll(file)))
        .hasMessageThat()
        .endsWith("array a is damaged: its checksum differs");
  }

  @Test
  void cutArchive_isRefused() {
    byte[] whole = Vectors.bytes("google_npz/backbone.npz");

    assertThat(failure(WeightFiles.file(folder, "cut.npz", Arrays.copyOf(whole, whole.length / 2))))
        .contains("is a broken zip archive");
  }

  @Test
  void picklesAndOtherFiles_areRefusedWithWhatToDo() {
    byte[] torch = WeightFiles.zip(Map.of("archive/data.pkl", new byte[] {1}), false);
    byte[] pickle = {(byte) 0x80, 2, (byte) 0x8a, 10, 'l', (byte) 0xfc, 0, 0, 0, 0};
    byte[] lfs = "version https://git-lfs.github.com/spec/v1\noid".getBytes(StandardCharsets.UTF_8);
    byte[] html = "<!DOCTYPE html><html>Not found</html>".getBytes(StandardCharsets.UTF_8);

    assertThat(failure(WeightFiles.file(folder, "a.pt", torch)))
        .contains("is a pickled PyTorch file, which can run code when read; convert it");
    assertThat(failure(WeightFiles.file(folder, "b.pt", pickle)))
        .contains("safetensors.torch.save_file");
    assertThat(failure(WeightFiles.file(folder, "c", lfs))).contains("git lfs pull");
    assertThat(failure(WeightFiles.file(folder, "d", html)))
        .contains("is no safetensors or npz file");
    assertThat(failure(WeightFiles.file(folder, "e", npy(dictionary("<f4", "()"), new byte[4]))))
        .contains("is a single NumPy array");
    assertThat(failure(archive(Map.of("readme.txt", new byte[1]))))
        .contains("entry readme.txt is not a NumPy array");
    assertThat(failure(archive(Map.of("a.npy", new byte[20])))).contains("is not a NumPy array");
    assertThat(failure(folder.resolve("missing"))).endsWith("no such file");
    assertThat(failure(folder)).endsWith("is not a regular file");
  }

  private Path archive(Map<String, byte[]> entries) {
    return WeightFiles.file(folder, "archive.npz", WeightFiles.zip(entries, false));
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int indexOf(byte[] bytes, byte[] pattern) {
    for (int i = 0; ; i++) {
      if (Arrays.equals(bytes, i, i + pattern.length, pattern, 0, pattern.length)) {
        return i;
      }
    }
  }

  private static String failure(Path file) {
    WeightFileException e =
        assertThrows(WeightFileException.class, () -> WeightFile.open(file).close());
    assertThat(e).hasMessageThat().startsWith(file + ": ");
    assertThat(e).hasMessageThat().doesNotContain("\n");
    return e.getMessage();
  }
}

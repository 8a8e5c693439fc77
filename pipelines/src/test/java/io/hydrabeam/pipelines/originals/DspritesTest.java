package io.hydrabeam.pipelines.originals;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.image.BadImageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DspritesTest {
  private static final int EXAMPLES = 737_280;
  private static final int PIXELS = 64 * 64;
  private static final int CHUNK = 1024;

  @TempDir Path root;

  @Test
  void visit_npzOfPublishedLength_givesPositionsAndWhitePixels() throws Exception {
    Map<Integer, Integer> dots = Map.of(0, 5, 16_399, 77, EXAMPLES - 1, 4095);
    write("(737280, 64, 64)", EXAMPLES, dots);
    Dsprites data = Dsprites.location(new OriginalFiles(root.toString(), "dsprites"));

    Map<Integer, Integer> found = new TreeMap<>();
    data.visit(
        Set.of("train"),
        (split, key, pixels) -> {
          int position = Integer.parseInt(key);
          if (dots.containsKey(position)) {
            found.put(position, onlyWhitePixel(pixels));
          }
          return found.size() < dots.size();
        });

    assertThat(found).containsExactlyEntriesIn(dots);
    List<PublishedData.Example> examples = data.list("train");
    assertThat(examples).hasSize(EXAMPLES);
    assertThat(examples.get(16_399)).isEqualTo(new PublishedData.Example("16399", 0));
    assertThat(examples.get(992).label()).isEqualTo(15);
  }

  @Test
  void visit_otherShape_isNamed() throws Exception {
    write("(1024, 64, 64)", CHUNK, Map.of());
    Dsprites data = Dsprites.orientation(new OriginalFiles(root.toString(), "dsprites"));

    HydraException thrown =
        assertThrows(
            HydraException.class, () -> data.visit(Set.of("train"), (split, key, pixels) -> true));

    assertThat(thrown)
        .hasMessageThat()
        .endsWith("imgs.npy is [1024, 64, 64] of type U8, not bytes [737280, 64, 64] in C's order");
  }

  private static int onlyWhitePixel(Pixels pixels) throws IOException {
    try {
      byte[] rgb = pixels.fetch().decode().rgb();
      int white = -1;
      for (int i = 0; i < rgb.length; i++) {
        if (rgb[i] != 0) {
          assertThat(rgb[i]).isEqualTo((byte) 255);
          white = i / 3;
        }
      }
      return white;
    } catch (BadImageException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Black pictures with a dot in some; a chunk is packed alone, so that equal ones are packed once.
   */
  private void write(String shape, int examples, Map<Integer, Integer> dots) throws IOException {
    String header =
        "{'descr': '|u1', 'fortran_order': False, 'shape': %s, }".formatted(shape) + "\n";
    byte[] start =
        Containers.join(
            new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0},
            new byte[] {(byte) header.length(), 0},
            header.getBytes(StandardCharsets.ISO_8859_1));
    CRC32 crc = new CRC32();
    crc.update(start);
    List<InputStream> packed = new ArrayList<>(List.of(deflated(start, false)));
    byte[] black = new byte[CHUNK * PIXELS];
    byte[] packedBlack = deflated(black, false).readAllBytes();
    for (int first = 0; first < examples; first += CHUNK) {
      byte[] chunk = black;
      for (Map.Entry<Integer, Integer> dot : dots.entrySet()) {
        if (dot.getKey() / CHUNK == first / CHUNK) {
          chunk = chunk == black ? black.clone() : chunk;
          chunk[(dot.getKey() - first) * PIXELS + dot.getValue()] = 1;
        }
      }
      crc.update(chunk);
      packed.add(chunk == black ? new ByteArrayInputStream(packedBlack) : deflated(chunk, false));
    }
    packed.add(deflated(new byte[0], true));
    Path body = root.resolve("body");
    try (InputStream in = new SequenceInputStream(Collections.enumeration(packed))) {
      Files.copy(in, body);
    }
    ZipArchiveEntry entry = new ZipArchiveEntry("imgs.npy");
    entry.setMethod(ZipMethod.DEFLATED.getCode());
    entry.setCrc(crc.getValue());
    entry.setSize(start.length + (long) examples * PIXELS);
    entry.setCompressedSize(Files.size(body));
    Path npz = root.resolve("dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(npz.toFile());
        InputStream in = Files.newInputStream(body)) {
      zip.addRawArchiveEntry(entry, in);
    }
  }

  private static InputStream deflated(byte[] bytes, boolean last) {
    Deflater deflater = new Deflater(1, true);
    deflater.setInput(bytes);
    if (last) {
      deflater.finish();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    int n;
    do {
      n = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
      out.write(buffer, 0, n);
    } while (n == buffer.length);
    deflater.end();
    return new ByteArrayInputStream(out.toByteArray());
  }
}

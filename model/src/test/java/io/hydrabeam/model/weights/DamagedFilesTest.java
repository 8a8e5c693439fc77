package io.hydrabeam.model.weights;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.model.Vectors;
import io.hydrabeam.model.params.SplitMix64;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many damaged files: each is read or refused in one way only. */
class DamagedFilesTest {

  @TempDir Path folder;

  @Test
  void safetensors_withDamagedHeader_isReadOrRefused() throws IOException {
    byte[] whole = Vectors.bytes("vit_hydra/adapters.safetensors");
    long header = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    damage(whole, Math.toIntExact(header) + 8, 600);
  }

  @Test
  void npz_damagedAnywhere_isReadOrRefused() throws IOException {
    var entries = WeightFiles.unzip(Vectors.bytes("google_npz/backbone.npz"));
    entries.keySet().removeIf(name -> !name.contains("LayerNorm") && !name.startsWith("cls"));
    for (boolean deflate : new boolean[] {false, true}) {
      byte[] whole = WeightFiles.zip(entries, deflate);
      damage(whole, whole.length, 400);
    }
  }

  /** Any other exception than {@link WeightFileException} leaves this method and fails the test. */
  private void damage(byte[] whole, int range, int rounds) throws IOException {
    SplitMix64 random = new SplitMix64(20);
    int refused = 0;
    for (int round = 0; round < rounds; round++) {
      byte[] bytes = whole.clone();
      switch (random.nextInt(4)) {
        case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(whole.length));
        case 1 -> bytes[random.nextInt(range)] ^= (byte) (1 << random.nextInt(8));
        case 2 -> {
          for (int i = 0; i < 8; i++) {
            bytes[random.nextInt(range)] = (byte) random.nextInt(256);
          }
        }
        default -> {
          int from = random.nextInt(range);
          int to = random.nextInt(range);
          int length = random.nextInt(1 + range - Math.max(from, to));
          System.arraycopy(whole, from, bytes, to, length);
        }
      }
      Path file = WeightFiles.file(folder, "damaged", bytes);
      try {
        var unused = WeightFiles.readAll(file);
      } catch (WeightFileException expected) {
        refused++;
      }
    }
    // A fifth of the damage at least is a cut, which no reader can take for a whole file.
    assertThat(refused).isGreaterThan(rounds / 5);
  }
}

package io.hydrabeam.pipelines.originals;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.originals.SyntheticArchives.Labelled;
import io.hydrabeam.protos.Original;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PublishedDataTest {
  @TempDir Path root;

  @ParameterizedTest
  @MethodSource("io.hydrabeam.pipelines.originals.SyntheticArchives#names")
  void archives_publishedFormat_giveKeysLabelsAndPixels(String name) throws Exception {
    SyntheticArchives archives = SyntheticArchives.write(root, name);
    PublishedData data = PublishedDatasets.archives(root.toString(), task(name));

    archives
        .expected()
        .forEach(
            (split, images) -> {
              Map<String, Integer> labels = new HashMap<>();
              images.forEach((key, image) -> labels.put(key, image.label()));
              assertThat(list(data, split)).isEqualTo(labels);
            });
    Map<String, byte[]> found = new HashMap<>();
    data.visit(
        archives.expected().keySet(),
        (split, key, pixels) -> {
          if (archives.expected().getOrDefault(split, Map.of()).containsKey(key)) {
            assertThat(found.put(split + key, rgb(pixels))).isNull();
          }
          return true;
        });
    archives
        .expected()
        .forEach(
            (split, images) ->
                images.forEach(
                    (key, image) ->
                        assertWithMessage(key)
                            .that(found.get(split + key))
                            .isEqualTo(image.image().rgb())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cifar100",
        "caltech101",
        "dtd",
        "oxford_flowers102",
        "oxford_iiit_pet",
        "svhn_cropped",
        "sun397",
        "patch_camelyon",
        "eurosat",
        "clevr/count",
        "dmlab",
        "kitti",
        "smallnorb/azimuth"
      })
  void archives_cutAnywhere_areNamedOrFewer(String name) throws Exception {
    SyntheticArchives archives = SyntheticArchives.write(root, name);
    List<Path> files;
    try (Stream<Path> all = Files.list(root)) {
      files = all.filter(file -> !file.toString().matches(".*(txt|csv)")).toList();
    }
    for (Path file : files) {
      byte[] whole = Files.readAllBytes(file);
      for (int part = 1; part < 8; part++) {
        Files.write(file, Arrays.copyOf(whole, whole.length * part / 8));

        HydraException thrown =
            assertThrows(
                HydraException.class,
                () -> readAll(name, archives),
                "%s cut after %d eighths".formatted(file, part));
        assertThat(thrown).hasMessageThat().contains(file.getFileName().toString());
        assertThat(thrown).hasMessageThat().doesNotContain("\n");
      }
      Files.delete(file);
      HydraException missing = assertThrows(HydraException.class, () -> readAll(name, archives));
      assertThat(missing).hasMessageThat().contains(file.getFileName().toString());
      Files.write(file, whole);
    }
  }

  @Test
  void archives_memberThatLeadsOut_isNamed() throws Exception {
    Containers.tar(root.resolve("dtd-r1.0.1.tar.gz"), true, Map.of("dtd/../../x.txt", new byte[3]));
    Containers.zip(root.resolve("EuroSAT.zip"), Map.of("../2750/River/River_1.jpg", new byte[3]));
    for (String name : List.of("dtd", "eurosat")) {
      PublishedData data = PublishedDatasets.archives(root.toString(), task(name));
      HydraException thrown = assertThrows(HydraException.class, () -> data.list("train"));
      assertThat(thrown).hasMessageThat().contains("leads out of the archive");
    }
  }

  @Test
  void svhn_fileOfAnotherVersion_isNamed() throws Exception {
    Files.write(
        root.resolve("train_32x32.mat"),
        Containers.join(
            Containers.matHeader(0x200), Containers.matArray("y", new byte[4], true, 4, 1)));
    PublishedData data = PublishedDatasets.archives(root.toString(), task("svhn_cropped"));

    HydraException thrown = assertThrows(HydraException.class, () -> data.list("train"));

    assertThat(thrown).hasMessageThat().contains("is no little-endian MATLAB level 5 file");
  }

  @Test
  void smallnorb_matrixOfAnotherType_isNamed() throws Exception {
    Containers.gzip(
        root.resolve("smallnorb-5x46789x9x18x6x2x96x96-training-info.mat.gz"),
        Containers.ints(0x1e3d4c51, 2, 7, 4, 1));
    PublishedData data = PublishedDatasets.archives(root.toString(), task("smallnorb/azimuth"));

    HydraException thrown = assertThrows(HydraException.class, () -> data.list("train"));

    assertThat(thrown).hasMessageThat().contains("it begins with 1e3d4c51");
  }

  @Test
  void eurosat_damagedImage_isThatImageAlone() throws Exception {
    Containers.zip(
        root.resolve("EuroSAT.zip"), Map.of("2750/River/River_1.jpg", new byte[] {1, 2, 3}));
    PublishedData data = PublishedDatasets.archives(root.toString(), task("eurosat"));

    data.visit(
        Set.of("train"),
        (split, key, pixels) -> {
          BadImageException thrown =
              assertThrows(BadImageException.class, () -> pixels.fetch().decode());
          assertThat(thrown.reason()).contains("neither JPEG nor PNG");
          return true;
        });
  }

  /** As a stage does: what a list names and no archive has is missing. */
  private void readAll(String name, SyntheticArchives archives) throws IOException {
    PublishedData data = PublishedDatasets.archives(root.toString(), task(name));
    Set<String> splits = archives.expected().keySet();
    Map<String, Labelled> left = new HashMap<>();
    for (String split : splits) {
      for (PublishedData.Example example : data.list(split)) {
        left.put(
            split + example.key(),
            archives.expected().getOrDefault(split, Map.of()).get(example.key()));
      }
    }
    data.visit(
        splits,
        (split, key, pixels) -> {
          if (left.remove(split + key) != null) {
            assertThat(rgb(pixels)).isNotEmpty();
          }
          return true;
        });
  }

  private static Map<String, Integer> list(PublishedData data, String split) {
    try {
      Map<String, Integer> labels = new HashMap<>();
      data.list(split).forEach(example -> labels.put(example.key(), example.label()));
      return labels;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] rgb(Pixels pixels) throws IOException {
    try {
      return pixels.fetch().decode().rgb();
    } catch (BadImageException e) {
      throw new AssertionError(e);
    }
  }

  private static Task task(String name) {
    String[] parts = name.split("/");
    return Task.newBuilder()
        .setName("any")
        .setClasses(1000)
        .setOriginal(
            Original.newBuilder().setDataset(parts[0]).setLabel(parts.length > 1 ? parts[1] : ""))
        .build();
  }
}

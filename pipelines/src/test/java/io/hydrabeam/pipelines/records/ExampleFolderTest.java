package io.hydrabeam.pipelines.records;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.MultisetHash;
import io.hydrabeam.pipelines.storage.ArtifactCommit;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExampleFolderTest {
  private static final String HASH_A = "a".repeat(64);
  private static final String HASH_B = "b".repeat(64);

  private static final DatasetInfo FEW_SHOT =
      DatasetInfo.newBuilder()
          .setBenchmark("own")
          .setTask(Task.newBuilder().setName("tiny").setClasses(2))
          .setShots(5)
          .setSampleSeed(2)
          .addSplit(split("train", HASH_A, 3, 1).addShardLength(1).addShardLength(3))
          .addSplit(split("val", HASH_B, 1, 0).addShardLength(1))
          .build();

  private static SplitInfo.Builder split(String name, String hash, long... counts) {
    SplitInfo.Builder split = SplitInfo.newBuilder().setName(name).setContentHash(hash);
    long images = 0;
    for (long count : counts) {
      split.addClassCount(count);
      images += count;
    }
    return split.setImages(images).setBytes(10 * images);
  }

  @Test
  void variant_ofShotsAndSeed_namesTheFolder() {
    assertThat(ExampleFolder.variant(0, 3)).isEmpty();
    assertThat(ExampleFolder.variant(20, 3)).isEqualTo("20shot_seed3");
    assertThat(ExampleFolder.variant(ExampleFolder.ALL_SHOTS, 3)).isEqualTo("full");
  }

  @Test
  void split_union_addsItsParts() {
    SplitInfo union = ExampleFolder.split(FEW_SHOT, "train+val");

    assertThat(union.getName()).isEqualTo("train+val");
    assertThat(union.getImages()).isEqualTo(5);
    assertThat(union.getBytes()).isEqualTo(50);
    assertThat(union.getClassCountList()).containsExactly(4L, 1L).inOrder();
    assertThat(union.getShardLengthList()).containsExactly(1L, 3L, 1L).inOrder();
    assertThat(union.getContentHash())
        .isEqualTo(new MultisetHash().addHex(HASH_A).addHex(HASH_B).hex());
  }

  @Test
  void shards_union_listsThoseOfItsPartsInTheVariantsFolder(@TempDir Path temp) throws IOException {
    List<String> names =
        List.of(
            "tiny-train.tfrecord-00000-of-00002",
            "tiny-train.tfrecord-00001-of-00002",
            "tiny-val.tfrecord-00000-of-00001");
    ArtifactFolder folder =
        ExampleFolder.at(temp.toString(), "own", "tiny", ExampleFolder.variant(5, 2));
    try (ArtifactCommit commit = folder.begin()) {
      for (String name : names) {
        commit.write(name, name.getBytes(StandardCharsets.UTF_8));
      }
      commit.commit(FEW_SHOT);
    }

    assertThat(ExampleFolder.shards(temp.toString(), FEW_SHOT, "train+val"))
        .containsExactlyElementsIn(
            names.stream()
                .map(
                    name ->
                        new StoredShard(
                            temp.resolve("own/tiny/5shot_seed2").resolve(name).toString(),
                            Hashing.sha256Hex(name.getBytes(StandardCharsets.UTF_8))))
                .toList())
        .inOrder();
  }

  @Test
  void shards_markerWithoutTheShard_isRefused(@TempDir Path temp) throws IOException {
    ArtifactFolder folder =
        ExampleFolder.at(temp.toString(), "own", "tiny", ExampleFolder.variant(5, 2));
    try (ArtifactCommit commit = folder.begin()) {
      commit.commit(FEW_SHOT);
    }

    assertThat(
            assertThrows(
                IOException.class, () -> ExampleFolder.shards(temp.toString(), FEW_SHOT, "train")))
        .hasMessageThat()
        .endsWith("DONE.json does not name tiny-train.tfrecord-00000-of-00002");
  }

  @Test
  void split_unionWithAPartThatIsMissing_namesThePart() {
    HydraException thrown =
        assertThrows(HydraException.class, () -> ExampleFolder.split(FEW_SHOT, "train+test"));

    assertThat(thrown).hasMessageThat().isEqualTo("task tiny has no split test; it has train, val");
  }

  @Test
  void open_variantThatIsMissing_tellsTheOptionsThatMakeIt() {
    HydraException thrown =
        assertThrows(
            HydraException.class,
            () -> ExampleFolder.open("/nowhere", "own", "tiny", ExampleFolder.variant(5, 2)));

    assertThat(thrown).hasMessageThat().endsWith("--tasks=tiny --shots=5 --seeds=2");
  }
}

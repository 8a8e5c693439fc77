package io.hydrabeam.pipelines.preprocess;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.pipelines.image.PillowResize;
import io.hydrabeam.pipelines.originals.OfficialOrder;
import io.hydrabeam.pipelines.originals.SyntheticArchives;
import io.hydrabeam.pipelines.originals.SyntheticArchives.Labelled;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.ImageRecord;
import io.hydrabeam.pipelines.records.StoredRecords;
import io.hydrabeam.pipelines.records.StoredShard;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.Resize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archives of all data sets in one command. */
final class EverySourceTest {
  /** Without a data set's second label, which has the same archives. */
  private static final List<String> NAMES =
      SyntheticArchives.NAMES.stream()
          .filter(name -> !name.equals("clevr/distance") && !name.equals("smallnorb/elevation"))
          .toList();

  private static final int SIDE = 24;

  @TempDir Path temp;

  @Test
  void run_archivesOfAllDataSets_storesKeysLabelsAndPixels() throws Exception {
    StringBuilder catalog = new StringBuilder("benchmark: \"all\"\n");
    List<Map<String, Labelled>> expected = new ArrayList<>();
    for (String name : NAMES) {
      String[] parts = name.split("/", -1);
      Path folder = temp.resolve("input").resolve(parts[0]);
      expected.add(
          SyntheticArchives.write(folder, name).expected().getOrDefault("train", Map.of()));
      catalog.append(task(parts[0], parts.length > 1 ? parts[1] : "", classes(name)));
    }
    Files.writeString(temp.resolve("all.textproto"), catalog);
    Path examples = temp.resolve("examples");
    PreprocessOptions options =
        PipelineOptionsFactory.fromArgs(
                "--catalog=" + temp.resolve("all.textproto"),
                "--input=" + temp.resolve("input"),
                "--source=original",
                "--examples=" + examples,
                "--imageSize=" + SIDE)
            .as(PreprocessOptions.class);

    assertThat(PreprocessPipeline.run(options).exitCode()).isEqualTo(0);

    for (int i = 0; i < NAMES.size(); i++) {
      String task = NAMES.get(i).split("/", -1)[0];
      Map<String, Labelled> images = expected.get(i);
      List<String> keys = List.copyOf(images.keySet());
      // SUN397's own keys begin with a slash, which hashing sees.
      OfficialOrder order = OfficialOrder.of("train", keys.size(), keys::get);
      DatasetInfo info = ExampleFolder.open(examples.toString(), "all", task);
      List<String> rest =
          order.positions().subList(1, keys.size()).stream().map(keys::get).toList();
      check(examples, info, "test", images, rest);
      check(examples, info, "train800", images, List.of(keys.get(order.positions().get(0))));
    }
  }

  private static void check(
      Path examples,
      DatasetInfo info,
      String split,
      Map<String, Labelled> images,
      List<String> keys)
      throws Exception {
    List<String> left = new ArrayList<>(keys);
    for (StoredShard shard : ExampleFolder.shards(examples.toString(), info, split)) {
      try (StoredRecords records = StoredRecords.open(shard, info.getImageOptions())) {
        for (ImageRecord record; (record = (ImageRecord) records.next()) != null; ) {
          String plain = record.key().substring("train/".length());
          String key = images.containsKey(plain) ? plain : "/" + plain;
          Labelled image = images.get(key);
          assertWithMessage(record.key()).that(image).isNotNull();
          assertThat(left.remove(key)).isTrue();
          assertThat(record.label()).isEqualTo(image.label());
          assertThat(record.rgb())
              .isEqualTo(PillowResize.toSquare(image.image(), Resize.SQUASH, SIDE).rgb());
        }
      }
    }
    assertWithMessage(info.getTask().getName()).that(left).isEmpty();
  }

  /** Of those that have class names, as many as there are; enough for the others. */
  private static int classes(String name) {
    return switch (name) {
      case "eurosat" -> 2;
      case "caltech101", "dtd", "resisc45", "sun397" -> 3;
      case "cifar100" -> 5;
      default -> 40;
    };
  }

  private static String task(String dataset, String label, int classes) {
    return """
    task {
      name: "%1$s" classes: %2$d
      original {
        dataset: "%1$s" label: "%3$s"
        slice { key: "train800" value { split: "train" to: 1 } }
        slice { key: "val200" value { split: "train" from: 1 to: 2 } }
        slice { key: "test" value { split: "train" from: 1 } }
      }
    }
    """
        .formatted(dataset, classes, label);
  }
}

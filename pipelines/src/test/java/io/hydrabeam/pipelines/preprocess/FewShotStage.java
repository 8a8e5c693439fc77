package io.hydrabeam.pipelines.preprocess;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.datasets.RegistryFolder;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.ImageRecord;
import io.hydrabeam.pipelines.records.StoredRecords;
import io.hydrabeam.pipelines.records.StoredShard;
import io.hydrabeam.protos.DatasetInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs the stage on a registry of one few-shot task, made anew for each test. */
abstract class FewShotStage {
  @TempDir Path temp;
  Path examples;
  RegistryFolder input;

  @BeforeEach
  void writeInput() throws IOException {
    input = RegistryFolder.write(temp.resolve("input"));
    examples = temp.resolve("examples");
  }

  void run(String... more) {
    assertThat(PreprocessPipeline.run(input.options(examples, more)).exitCode()).isEqualTo(0);
  }

  HydraException refused(String... more) {
    HydraException thrown =
        assertThrows(
            HydraException.class, () -> PreprocessPipeline.run(input.options(examples, more)));
    assertThat(thrown.line()).doesNotContain("\n");
    return thrown;
  }

  void assertUsage(String expected) {
    HydraException thrown = refused();
    assertThat(thrown.line()).contains(expected);
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(Files.exists(examples)).isFalse();
  }

  DatasetInfo info(String variant) {
    return ExampleFolder.open(examples.toString(), "own", RegistryFolder.TASK, variant);
  }

  List<ImageRecord> records(DatasetInfo info, String split) throws IOException {
    List<ImageRecord> all = new ArrayList<>();
    for (StoredShard shard : ExampleFolder.shards(examples.toString(), info, split)) {
      try (StoredRecords records = StoredRecords.open(shard, info.getImageOptions())) {
        for (ImageRecord record; (record = (ImageRecord) records.next()) != null; ) {
          all.add(record);
        }
      }
    }
    return all;
  }

  Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(examples)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(examples.relativize(path).toString(), Files.readAllBytes(path));
      }
    }
    return files;
  }

  void coco(String usage, int from, int count) throws IOException {
    List<String> images = new ArrayList<>();
    List<String> annotations = new ArrayList<>();
    for (int i = count - 1; i >= 0; i--) {
      images.add(
          "{\"id\": %d, \"file_name\": \"a b/%d.png\", \"zip_file\": \"%s.zip\"}"
              .formatted(50 + i, from + i, usage));
      annotations.add(
          "{\"image_id\": %d, \"category_id\": %d}".formatted(50 + i, 10 * (i % 3 + 1)));
    }
    input.file(
        usage + ".json",
        """
        {"info": {"x": [1, {}]}, "annotations": %s, "images": %s,
        "categories": [{"id": 30, "name": "bird"}, {"id": 10, "name": "cat"}, {"id": 20, "name": "dog"}]}
        """
            .formatted(annotations, images));
  }
}

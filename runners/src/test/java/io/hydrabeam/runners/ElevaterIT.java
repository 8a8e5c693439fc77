package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The twenty tasks' workflow in a process of its own, on small stand-ins of the data sets. */
final class ElevaterIT {

  @TempDir Path folder;

  @Test
  void run_allTasks_endsWithAWholeSubmission() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    ElevaterData.write(data, 6, 1);
    Launched launched =
        HydraProcess.run(
            folder,
            "run",
            "--benchmark=elevater",
            "--input=" + data,
            "--randomBackbone=tiny",
            "--imageSize=32",
            "--tune=none",
            "--epochs=2",
            "--method=hydra",
            "--device=cpu");
    assertWithMessage(launched.err()).that(launched.exitCode()).isEqualTo(0);
    assertThat(launched.out()).contains("11-point mAP");
    assertThat(launched.err()).contains("CAUTION kitti-distance");
    JsonNode entries = submission();
    assertThat(entries.size()).isEqualTo(20);
    for (JsonNode entry : entries) {
      assertThat(entry.get("rnd_seeds").toString()).isEqualTo("[0,1,2]");
      assertThat(entry.get("predictions").size()).isEqualTo(3);
    }
  }

  private JsonNode submission() throws IOException {
    try (Stream<Path> paths = Files.walk(folder.resolve("hydra-out/scores"))) {
      List<Path> zips = paths.filter(path -> path.endsWith("all_predictions.zip")).toList();
      assertThat(zips).hasSize(1);
      try (ZipFile zip = new ZipFile(zips.get(0).toFile());
          InputStream in = zip.getInputStream(zip.getEntry("all_predictions.json"))) {
        return new ObjectMapper().readTree(in).get("data");
      }
    }
  }
}

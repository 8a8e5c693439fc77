package io.hydrabeam.runners.flink;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.train.TrainOptions;
import io.hydrabeam.runners.launch.SharedFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkerCheckFnTest {

  @TempDir Path folder;

  @Test
  void mark_workerThatSeesThem_passesAndNothingIsLeft() throws Exception {
    try (SharedFolders folders = SharedFolders.mark(options(), TrainOptions.class)) {
      assertThat(folders.fileByOption().keySet()).containsExactly("examples", "runs");
      worker(folders.fileByOption(), folders.text()).check();
    }
    assertThat(files()).isEqualTo(0);
  }

  @Test
  void check_otherContents_failsAndNamesTheOption() throws Exception {
    try (SharedFolders folders = SharedFolders.mark(options(), TrainOptions.class)) {
      WorkerCheckFn worker = worker(folders.fileByOption(), "of another launch");
      HydraException thrown = assertThrows(HydraException.class, worker::check);
      assertThat(thrown).hasMessageThat().contains("does not see");
      assertThat(thrown).hasMessageThat().contains("--examples, ");
      assertThat(thrown.exitCode()).isEqualTo(HydraException.FAILED);
    }
  }

  @Test
  void mark_folderThatCannotBeWritten_failsAndNothingIsLeft() throws IOException {
    TrainOptions options = options();
    options.setRuns(Files.writeString(folder.resolve("file"), "").resolve("below").toString());
    HydraException thrown =
        assertThrows(HydraException.class, () -> SharedFolders.mark(options, TrainOptions.class));
    assertThat(thrown).hasMessageThat().contains("--runs");
    assertThat(files()).isEqualTo(1);
  }

  @Test
  void mark_leftovers_oldOnesAreSwept() throws IOException {
    Path examples = Files.createDirectory(folder.resolve("examples"));
    Path old = Files.writeString(examples.resolve(SharedFolders.PREFIX + "old"), "");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    Path young = Files.writeString(examples.resolve(SharedFolders.PREFIX + "young"), "");
    SharedFolders.mark(options(), TrainOptions.class).close();
    assertThat(Files.exists(old)).isFalse();
    assertThat(Files.exists(young)).isTrue();
  }

  private TrainOptions options() {
    TrainOptions options = PipelineOptionsFactory.as(TrainOptions.class);
    options.setExamples(folder.resolve("examples").toString());
    options.setRuns(folder.resolve("runs").toString());
    return options;
  }

  private static WorkerCheckFn worker(Map<String, String> files, String text) {
    return new WorkerCheckFn(files, text, false, Device.CPU, 1);
  }

  private long files() throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(Files::isRegularFile).count();
    }
  }
}

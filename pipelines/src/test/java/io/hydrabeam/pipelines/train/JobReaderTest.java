package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.train.EpochRecord;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JobReaderTest {
  @TempDir Path folder;

  @Test
  void history_isWhatTheLogWrote() throws IOException {
    List<EpochRecord> epochs =
        List.of(
            new EpochRecord(0, 1e-6, 2.3, OptionalDouble.empty(), 1.5),
            new EpochRecord(1, 1e-3, 2.1, OptionalDouble.of(0.25), 1.25));
    try (OutputStream out = Files.newOutputStream(folder.resolve(TrainingLog.HISTORY))) {
      TrainingLog.writeHistory(out, epochs, "test");
    }
    assertThat(JobReader.at(folder.toString()).history()).isEqualTo(epochs);
  }

  @Test
  void history_damagedLine_isNamed() throws IOException {
    Files.writeString(
        folder.resolve(TrainingLog.HISTORY),
        "{\"epoch\":0,\"learningRate\":1,\"loss\":2}\n{\"epoch\":1,\"lo");
    IOException thrown =
        assertThrows(IOException.class, () -> JobReader.at(folder.toString()).history());
    assertThat(thrown).hasMessageThat().endsWith("history.jsonl:2 is not JSON");
  }

  @Test
  void history_noTraining_isMissing() {
    assertThrows(FileNotFoundException.class, () -> JobReader.at(folder.toString()).history());
  }

  @Test
  void sweep_none_isEmpty() throws IOException {
    assertThat(JobReader.at(folder.toString()).sweep()).isEmpty();
  }
}

package io.hydrabeam.pipelines.jobs;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.train.TrainingFailedException;
import io.hydrabeam.model.weights.WeightFileException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class RetryTest {
  @Test
  void again_disksNetworksAndMemory_untilTheLimit() {
    Retry retry = Retry.of(3);
    for (Throwable failure :
        new Throwable[] {
          new IOException("connection reset"), new SocketTimeoutException(), new OutOfMemoryError()
        }) {
      assertThat(retry.again(failure, 1)).isTrue();
      assertThat(retry.again(failure, 2)).isTrue();
      assertThat(retry.again(failure, 3)).isFalse();
    }
  }

  @Test
  void again_whatWouldFailTheSameWay_never() {
    for (Throwable failure :
        new Throwable[] {
          new TrainingFailedException("the loss is NaN"),
          new IllegalArgumentException("does not fit"),
          new FileNotFoundException("gone"),
          new WeightFileException(Path.of("f"), "cut")
        }) {
      assertThat(Retry.of(3).again(failure, 1)).isFalse();
    }
  }

  @Test
  void of_noAttempt_isRefused() {
    assertThat(assertThrows(IllegalArgumentException.class, () -> Retry.of(0)))
        .hasMessageThat()
        .isEqualTo("maxAttempts (0) must be positive");
  }
}

package io.hydrabeam.pipelines.jobs;

import io.hydrabeam.model.metrics.MetricException;
import io.hydrabeam.model.train.TrainingFailedException;
import io.hydrabeam.pipelines.common.HydraException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.exceptions.TensorFlowException;

/** What a list of failures says of an exception. */
public final class FailureText {
  private static final Logger LOG = LoggerFactory.getLogger(FailureText.class);

  private FailureText() {}

  /**
   * One line. An exception that nobody foresaw is named with its class, and its stack trace is
   * logged: it is a defect, though of one job only.
   */
  public static String of(Throwable failure) {
    String text;
    if (failure instanceof IOException io) {
      text = HydraException.reason(io);
    } else if (failure instanceof OutOfMemoryError) {
      text = "out of memory (%s): give the process more with -Xmx".formatted(failure.getMessage());
    } else if (isForeseen(failure)) {
      text = String.valueOf(failure.getMessage());
    } else {
      LOG.error("an unexpected failure", failure);
      text = "unexpected: " + failure;
    }
    String line = text.strip().replaceAll("\\s*\\R\\s*", " ");
    return line.isEmpty() ? "no reason given" : line;
  }

  private static boolean isForeseen(Throwable failure) {
    return failure instanceof HydraException
        || failure instanceof TrainingFailedException
        || failure instanceof MetricException
        || failure instanceof IllegalArgumentException
        || failure instanceof TensorFlowException;
  }
}

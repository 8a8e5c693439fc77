package io.hydrabeam.model.train;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A training to be done.
 *
 * @param config of the training
 * @param inputs that it starts from and goes through
 * @param evaluation scores epochs; null if and only if {@code evalEveryEpochs} is 0
 * @param store of its state between epochs
 * @param listener is told of every epoch that is done now
 */
public record Training(
    TrainerConfig config,
    TrainingInputs inputs,
    @Nullable Evaluation evaluation,
    ResumeStore store,
    Consumer<EpochRecord> listener) {

  /**
   * Fails unless everything fits together.
   *
   * @throws IllegalArgumentException telling the first that does not fit
   */
  void requireFit() {
    inputs.requireFit(config);
    if ((evaluation == null) != (config.epochs().evalEveryEpochs() == 0)) {
      throw new IllegalArgumentException("an evaluation belongs to evalEveryEpochs > 0");
    }
  }

  /** Whether it can be stacked with another: they differ in rates, decay, order and seed only. */
  boolean stacksWith(Training other) {
    return config.ofStack().equals(other.config.ofStack())
        && inputs.backbone().hash().equals(other.inputs.backbone().hash())
        && inputs.set().equals(other.inputs.set());
  }
}

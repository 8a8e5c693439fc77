package io.hydrabeam.model.train;

import io.hydrabeam.model.weights.HostTensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A finished training.
 *
 * @param trained canonical name to value of everything that was trained
 * @param epoch whose weights these are, from 0: the best scored one, or the last
 * @param evalScore of that epoch
 * @param lastLoss mean training loss of the last epoch
 * @param trainableParameters number of trained floats
 * @param totalParameters backbone, adapters and head
 * @param frozenHash of the frozen weights, the same after training as before
 * @param history every epoch, earlier ones of a resumed run too
 * @param diverged how the training ended before its last epoch, if it did: after that of the result
 */
public record TrainingResult(
    Map<String, HostTensor> trained,
    int epoch,
    OptionalDouble evalScore,
    double lastLoss,
    long trainableParameters,
    long totalParameters,
    String frozenHash,
    List<EpochRecord> history,
    Optional<String> diverged) {}

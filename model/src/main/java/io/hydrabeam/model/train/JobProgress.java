package io.hydrabeam.model.train;

import io.hydrabeam.model.Samples;
import io.hydrabeam.model.graph.FlatLayout;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.HostTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One training on its way: its history, its best epoch, its stored state, and how it ended, if it
 * has. What goes wrong with it is kept here and ends it alone.
 */
final class JobProgress {

  private static final Logger LOG = LoggerFactory.getLogger(JobProgress.class);

  private final Training training;
  private final TrainerConfig config;
  private final String fingerprint;
  private final TrainingState start;
  private final List<EpochRecord> history;
  private Optional<TrainingState.Best> best;
  private Optional<String> diverged = Optional.empty();
  private @Nullable Exception failure;
  private double lossSum;

  private JobProgress(Training training, String fingerprint, TrainingState start) {
    this.training = training;
    this.config = training.config();
    this.fingerprint = fingerprint;
    this.start = start;
    this.history = new ArrayList<>(start.history());
    this.best = start.best();
  }

  /**
   * A training as it stands: at its stored state, if there is one that fits, or before its first
   * step.
   *
   * @param initial state before the first step
   */
  static JobProgress begin(Training training, Map<String, float[]> initial) throws IOException {
    String fingerprint = fingerprint(training);
    return new JobProgress(training, fingerprint, startingState(training, fingerprint, initial));
  }

  private static TrainingState startingState(
      Training training, String fingerprint, Map<String, float[]> initial) throws IOException {
    Optional<Path> stored = training.store().fetch();
    if (stored.isPresent()) {
      try {
        TrainingState state = TrainingState.read(stored.get());
        if (state.fingerprint().equals(fingerprint) && state.hasShapesOf(initial)) {
          LOG.info(
              "resuming after epoch {} of {}",
              state.nextEpoch(),
              training.config().epochs().epochs());
          return state;
        }
        LOG.warn("{}: state of another training; starting from the beginning", stored.get());
      } catch (IOException e) {
        LOG.warn("{}; starting from the beginning", e.getMessage());
      }
    }
    return TrainingState.initial(fingerprint, initial);
  }

  /**
   * Tells states of other trainings apart; images and given values are part of the job's identity.
   */
  private static String fingerprint(Training training) {
    return "%s %s %d images, recipe %d"
        .formatted(
            training.config(),
            training.inputs().backbone().hash(),
            training.inputs().set().records(),
            TrainerConfig.RECIPE_VERSION);
  }

  Training training() {
    return training;
  }

  /** What it goes on from. */
  TrainingState start() {
    return start;
  }

  /** Whether it still trains: it has neither diverged nor failed. */
  boolean runs() {
    return failure == null && diverged.isEmpty();
  }

  /** Whether it has no result. */
  boolean failed() {
    return failure != null;
  }

  /** What may go wrong for this training alone. */
  @FunctionalInterface
  interface Part {
    void run() throws IOException, TrainingFailedException;
  }

  /** Does a part of its work, if it still trains; what goes wrong is how it ended. */
  void attempt(Part part) {
    if (!runs()) {
      return;
    }
    try {
      part.run();
    } catch (TrainingFailedException e) {
      if (best.isEmpty()) {
        failure = e;
      } else {
        diverged = Optional.of(String.valueOf(e.getMessage()));
      }
    } catch (IOException | RuntimeException e) {
      failure = e;
    }
  }

  /**
   * Takes a step's loss.
   *
   * @param step of the epoch, from 0
   */
  void addLoss(int epoch, int step, float loss) throws TrainingFailedException {
    if (!Float.isFinite(loss)) {
      throw new TrainingFailedException(
          "the loss is %s in epoch %d of %d, step %d: lower the learning rate (%s)"
              .formatted(
                  loss,
                  epoch + 1,
                  config.epochs().epochs(),
                  step + 1,
                  config.optimizer().learningRate()));
    }
    lossSum = step == 0 ? loss : lossSum + loss;
  }

  /** Scores the epoch, if it is one that is scored, and keeps its weights if they are the best. */
  OptionalDouble score(TrainingGraph graph, int job, int epoch)
      throws IOException, TrainingFailedException {
    Evaluation evaluation = training.evaluation();
    if (evaluation == null || !config.epochs().scoresAfter(epoch)) {
      return OptionalDouble.empty();
    }
    double score = evaluation.score(samples -> logits(graph, job, samples));
    if (best.isEmpty() || score > best.get().score()) {
      best = Optional.of(new TrainingState.Best(epoch, score, graph.result(job)));
    }
    return OptionalDouble.of(score);
  }

  private static float[][] logits(TrainingGraph graph, int job, Samples samples)
      throws TrainingFailedException {
    float[][] logits = graph.logits(job, samples);
    for (float[] row : logits) {
      for (float value : row) {
        if (!Float.isFinite(value)) {
          throw new TrainingFailedException(
              "a class score is %s: lower the learning rate".formatted(value));
        }
      }
    }
    return logits;
  }

  /**
   * Ends an epoch of so many steps.
   *
   * @param rate of the last of them
   */
  void endEpoch(int epoch, int steps, double rate, OptionalDouble score, double seconds) {
    EpochRecord record = new EpochRecord(epoch, rate, lossSum / steps, score, seconds);
    history.add(record);
    training.listener().accept(record);
  }

  /** Stores its state after a step. */
  void save(TrainingGraph graph, int job, long step) throws IOException {
    TrainingState state =
        new TrainingState(fingerprint, step, graph.state(job), best, List.copyOf(history));
    Path folder = Files.createTempDirectory("hydra-state");
    Path file = folder.resolve("state.safetensors");
    try {
      state.write(file);
      training.store().store(file, state.nextEpoch());
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  /**
   * How it ended.
   *
   * @param frozenHash of the frozen weights after the training
   * @param frozenParameters their number
   */
  TrainingOutcome end(
      TrainingGraph graph, int job, FlatLayout layout, String frozenHash, long frozenParameters) {
    if (failure != null) {
      return TrainingOutcome.of(failure);
    }
    try {
      return TrainingOutcome.of(result(graph, job, layout, frozenHash, frozenParameters));
    } catch (TrainingFailedException e) {
      failure = e;
      return TrainingOutcome.of(e);
    }
  }

  private TrainingResult result(
      TrainingGraph graph, int job, FlatLayout layout, String frozenHash, long frozenParameters)
      throws TrainingFailedException {
    EpochRecord last = history.get(history.size() - 1);
    Map<String, float[]> kept =
        best.map(TrainingState.Best::tensors).orElseGet(() -> graph.result(job));
    Map<String, HostTensor> trained =
        layout.split(Objects.requireNonNull(kept.get(TrainingGraph.TRAINED)));
    for (String name : List.of(ParameterName.HEAD_MEAN, ParameterName.HEAD_VARIANCE)) {
      float[] statistics = kept.get(name);
      if (statistics != null) {
        trained.put(name, HostTensor.of(statistics, statistics.length));
      }
    }
    for (HostTensor tensor : trained.values()) {
      for (float value : tensor.values()) {
        if (!Float.isFinite(value)) {
          throw new TrainingFailedException(
              "a trained weight is %s: lower the learning rate (%s)"
                  .formatted(value, config.optimizer().learningRate()));
        }
      }
    }
    return new TrainingResult(
        trained,
        best.map(TrainingState.Best::epoch).orElse(last.epoch()),
        best.map(scored -> OptionalDouble.of(scored.score())).orElse(OptionalDouble.empty()),
        last.loss(),
        layout.size(),
        frozenParameters + layout.size(),
        frozenHash,
        List.copyOf(history),
        diverged);
  }
}

package io.hydrabeam.model.train;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.graph.FlatLayout;
import io.hydrabeam.model.graph.FrozenTensors;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.Tensor;

/**
 * Trains one job as the original does: shuffled batches, one update of everything that is trained
 * for each.
 *
 * <p>The result is a function of configuration, weights, images, device and number of threads: on
 * the CPU the same call gives the same bytes, also if it was killed in between and resumed.
 *
 * <p>Cost per step: a forward and backward pass of {@code batch} images; memory: the images (uint8,
 * unless they are streamed), the frozen weights once, four copies of what is trained, and a batch's
 * activations.
 */
public final class Trainer {

  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  /** A graph and its session besides what they hold; 3 MB were measured for the smallest. */
  private static final long GRAPH_BYTES = 16L << 20;

  /** Images per scoring run: enough to fill the matrix products, small enough for memory. */
  private static final int SCORING_BATCH = 32;

  /** Images that are copied at once to compute their features: whole scoring runs. */
  private static final int FEATURE_CHUNK = 8 * SCORING_BATCH;

  /** A state is stored when this share of time is kept free for training. */
  private static final int STORE_COST_FACTOR = 20;

  private static final double STORE_MIN_SECONDS = 2;

  private static final byte[] NO_PIXELS = {};

  private final TrainerConfig config;
  private final TrainingInputs inputs;
  private final Backbone backbone;
  private final ImageSet images;
  private final @Nullable Evaluation evaluation;
  private final ResumeStore store;
  private final Consumer<EpochRecord> listener;
  private Optional<String> diverged = Optional.empty();

  private Trainer(
      TrainerConfig config,
      TrainingInputs inputs,
      @Nullable Evaluation evaluation,
      ResumeStore store,
      Consumer<EpochRecord> listener) {
    this.config = config;
    this.inputs = inputs;
    this.backbone = inputs.backbone();
    this.images = inputs.images();
    this.evaluation = evaluation;
    this.store = store;
    this.listener = listener;
  }

  /**
   * Trains to the end, from the stored state if there is one.
   *
   * @param evaluation scores epochs; null if and only if {@code evalEveryEpochs} is 0
   * @param listener is told of every epoch that is done now
   * @throws TrainingFailedException if the training diverged before an epoch was scored, or a
   *     frozen weight moved
   * @throws InterruptedException if the thread was interrupted; the state is stored
   * @throws IllegalArgumentException if configuration, weights and images do not fit
   */
  public static TrainingResult train(
      TrainerConfig config,
      TrainingInputs inputs,
      @Nullable Evaluation evaluation,
      ResumeStore store,
      Consumer<EpochRecord> listener,
      TrainingGraphs graphs)
      throws IOException, TrainingFailedException, InterruptedException {
    inputs.requireFit(config);
    if ((evaluation == null) != (config.epochs().evalEveryEpochs() == 0)) {
      throw new IllegalArgumentException("an evaluation belongs to evalEveryEpochs > 0");
    }
    return new Trainer(config, inputs, evaluation, store, listener).run(graphs);
  }

  /** Number of floats that a configuration trains. */
  public static long trainableParameters(TrainerConfig config) {
    return VitParameters.count(TrainedParameters.shapes(config));
  }

  private TrainingResult run(TrainingGraphs graphs)
      throws IOException, TrainingFailedException, InterruptedException {
    FlatLayout layout = new FlatLayout(TrainedParameters.shapes(config));
    boolean freezes = config.method() != Method.FULL;
    Map<String, int[]> frozenShapes = freezes ? VitParameters.shapes(config.vit()) : Map.of();
    int scoringBatch =
        evaluation == null ? SCORING_BATCH : (int) Math.min(SCORING_BATCH, evaluation.images());
    TrainingGraphs.Key key =
        new TrainingGraphs.Key(config.ofGraph(), backbone.hash(), images, scoringBatch);
    TrainingGraph graph =
        graphs.take(key, runtime -> make(layout, frozenShapes, scoringBatch, runtime));
    boolean unharmed = false;
    try {
      TrainingState start =
          startingState(graph.initialState(layout.join(TrainedParameters.initial(config, inputs))));
      graph.setSeed(config.seed());
      graph.setState(start.tensors());
      TrainingState end = runEpochs(graph, start);
      String frozenHash = freezes ? checkFrozen(graph) : "";
      unharmed = true;
      return result(layout, end, frozenHash, frozenShapes);
    } finally {
      if (unharmed) {
        graphs.giveBack(key, graph, heldBytes(frozenShapes));
      } else {
        graph.close();
      }
    }
  }

  private TrainingGraph make(
      FlatLayout layout,
      Map<String, int[]> frozenShapes,
      int scoringBatch,
      TensorFlowRuntime runtime)
      throws IOException {
    TrainingGraph graph =
        new TrainingGraph(
            config, frozenShapes, layout, inputKind(), images.images(), scoringBatch, runtime);
    try {
      if (!frozenShapes.isEmpty()) {
        graph.initializeFrozen(
            FrozenTensors.shared(backbone.hash(), backbone.parameters(), config.precision()));
      }
      graph.setLabels(images.labels());
      setData(graph, inputKind());
      return graph;
    } catch (IOException | RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  private long heldBytes(Map<String, int[]> frozenShapes) {
    long held = images instanceof ImagesInMemory memory ? memory.pixels().length : 0;
    return GRAPH_BYTES + Float.BYTES * VitParameters.count(frozenShapes) + held;
  }

  private TrainingGraph.Input inputKind() {
    // Without anything random or trained below the head its input never changes.
    if (config.method() == Method.LINEAR && config.dropPath() == 0) {
      return TrainingGraph.Input.FEATURES;
    }
    return images instanceof ImagesInMemory
        ? TrainingGraph.Input.PIXELS
        : TrainingGraph.Input.FED_PIXELS;
  }

  private void setData(TrainingGraph graph, TrainingGraph.Input input) throws IOException {
    int size = images.size();
    if (input == TrainingGraph.Input.FEATURES) {
      graph.setData(features(graph));
    } else if (images instanceof ImagesInMemory held) {
      graph.setData(Tensors.bytes(held.pixels(), held.images(), size, size, 3));
    }
  }

  /** Features of all images {@code [images, featureWidth]}. */
  private Tensor features(TrainingGraph graph) throws IOException {
    int width = config.vit().featureWidth();
    float[] features = new float[Math.multiplyExact(images.images(), width)];
    for (int start = 0; start < images.images(); start += FEATURE_CHUNK) {
      int end = Math.min(images.images(), start + FEATURE_CHUNK);
      float[][] rows =
          graph.features(images.pixels(IntStream.range(start, end).toArray()), end - start);
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(rows[i], 0, features, (start + i) * width, width);
      }
    }
    return Tensors.floats(features, images.images(), width);
  }

  private TrainingState startingState(Map<String, float[]> initial) throws IOException {
    String fingerprint = fingerprint();
    Optional<Path> stored = store.fetch();
    if (stored.isPresent()) {
      try {
        TrainingState state = TrainingState.read(stored.get());
        if (state.fingerprint().equals(fingerprint) && state.hasShapesOf(initial)) {
          LOG.info("resuming after epoch {} of {}", state.nextEpoch(), config.epochs().epochs());
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
   * Tells states of other trainings apart; images and a given head are part of the job's identity.
   */
  private String fingerprint() {
    return "%s %s %d images, recipe %d"
        .formatted(config, backbone.hash(), images.images(), TrainerConfig.RECIPE_VERSION);
  }

  private TrainingState runEpochs(TrainingGraph graph, TrainingState start)
      throws IOException, TrainingFailedException, InterruptedException {
    List<EpochRecord> history = new ArrayList<>(start.history());
    Optional<TrainingState.Best> best = start.best();
    long step = start.step();
    double storeSeconds = 0;
    long storedAt = System.nanoTime();
    for (int epoch = start.nextEpoch(); epoch < config.epochs().epochs(); epoch++) {
      long began = System.nanoTime();
      double rate = config.optimizer().rate(epoch);
      double loss;
      OptionalDouble score = OptionalDouble.empty();
      try {
        loss = runSteps(graph, epoch, step, rate);
        score = scoreAfter(graph, epoch);
      } catch (TrainingFailedException e) {
        if (best.isEmpty()) {
          throw e;
        }
        diverged = Optional.of(String.valueOf(e.getMessage()));
        break;
      }
      step += config.epochs().steps(images.images());
      if (score.isPresent() && (best.isEmpty() || score.getAsDouble() > best.get().score())) {
        best = Optional.of(new TrainingState.Best(epoch, score.getAsDouble(), graph.result()));
      }
      EpochRecord record = new EpochRecord(epoch, rate, loss, score, secondsSince(began));
      history.add(record);
      listener.accept(record);
      // Cleared here: storing through an interruptible channel would fail otherwise.
      boolean interrupted = Thread.interrupted();
      double idle = secondsSince(storedAt);
      boolean due = idle >= Math.max(STORE_MIN_SECONDS, STORE_COST_FACTOR * storeSeconds);
      if (interrupted || (due && epoch + 1 < config.epochs().epochs())) {
        long storing = System.nanoTime();
        save(state(graph, start.fingerprint(), step, best, history));
        storeSeconds = secondsSince(storing);
        storedAt = System.nanoTime();
      }
      if (interrupted) {
        throw new InterruptedException(
            "training was interrupted after epoch %d; its state is stored".formatted(epoch + 1));
      }
    }
    return state(graph, start.fingerprint(), step, best, history);
  }

  private OptionalDouble scoreAfter(TrainingGraph graph, int epoch)
      throws IOException, TrainingFailedException {
    return evaluation != null && config.epochs().scoresAfter(epoch)
        ? OptionalDouble.of(evaluation.score((pixels, count) -> logits(graph, pixels, count)))
        : OptionalDouble.empty();
  }

  private static float[][] logits(TrainingGraph graph, byte[] pixels, int count)
      throws TrainingFailedException {
    float[][] logits = graph.logits(pixels, count);
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

  private double runSteps(TrainingGraph graph, int epoch, long stepsDone, double rate)
      throws IOException, TrainingFailedException, InterruptedException {
    int[] order =
        EpochOrder.of(images.images(), config.seed(), config.epochs().orderOffset() + epoch);
    boolean batchStatistics = config.head().usesBatchStatistics(epoch);
    int batch = config.epochs().batch();
    int steps = (int) config.epochs().steps(images.images());
    double decay = config.optimizer().weightDecay();
    boolean fed = inputKind() == TrainingGraph.Input.FED_PIXELS;
    double sum = 0;
    for (int i = 0; i < steps; i++) {
      if (Thread.interrupted()) {
        throw new InterruptedException(
            "training was interrupted in epoch %d; it resumes from the last stored epoch"
                .formatted(epoch + 1));
      }
      int[] rows = Arrays.copyOfRange(order, i * batch, Math.min(order.length, (i + 1) * batch));
      byte[] pixels = fed ? images.pixels(rows) : NO_PIXELS;
      float loss = graph.train(rows, pixels, stepsDone + i + 1, rate, decay, batchStatistics);
      if (!Float.isFinite(loss)) {
        throw new TrainingFailedException(
            "the loss is %s in epoch %d of %d, step %d: lower the learning rate (%s)"
                .formatted(
                    loss,
                    epoch + 1,
                    config.epochs().epochs(),
                    i + 1,
                    config.optimizer().learningRate()));
      }
      sum += loss;
    }
    return sum / steps;
  }

  private static TrainingState state(
      TrainingGraph graph,
      String fingerprint,
      long step,
      Optional<TrainingState.Best> best,
      List<EpochRecord> history) {
    return new TrainingState(fingerprint, step, graph.state(), best, List.copyOf(history));
  }

  private void save(TrainingState state) throws IOException {
    Path folder = Files.createTempDirectory("hydra-state");
    Path file = folder.resolve("state.safetensors");
    try {
      state.write(file);
      store.store(file, state.nextEpoch());
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  private String checkFrozen(TrainingGraph graph) throws TrainingFailedException {
    Optional<String> changed = graph.changedFrozen();
    if (changed.isPresent()) {
      throw new TrainingFailedException(
          "frozen weight %s changed during training".formatted(changed.get()));
    }
    return backbone.hash();
  }

  private TrainingResult result(
      FlatLayout layout, TrainingState state, String frozenHash, Map<String, int[]> frozenShapes)
      throws TrainingFailedException {
    EpochRecord last = state.history().get(state.history().size() - 1);
    Map<String, float[]> kept =
        state.best().map(TrainingState.Best::tensors).orElse(state.tensors());
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
        state.best().map(TrainingState.Best::epoch).orElse(last.epoch()),
        state.best().map(best -> OptionalDouble.of(best.score())).orElse(OptionalDouble.empty()),
        last.loss(),
        layout.size(),
        VitParameters.count(frozenShapes) + layout.size(),
        frozenHash,
        state.history(),
        diverged);
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}

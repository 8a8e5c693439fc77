package io.hydrabeam.model.train;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.graph.FlatLayout;
import io.hydrabeam.model.params.HydraParameters;
import io.hydrabeam.model.params.Initializers;
import io.hydrabeam.model.params.ParameterSeeds;
import io.hydrabeam.model.params.SplitMix64;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.Tensor;

/**
 * Trains one job as the original does: AdamW over all trained tensors, the rate of {@link
 * io.hydrabeam.model.optim.WarmupCosine}, mean cross-entropy, shuffled batches with the remainder
 * left out.
 *
 * <p>The result is a function of configuration, weights, images, device and number of threads: on
 * the CPU the same call gives the same bytes, also if it was killed in between and resumed.
 *
 * <p>Cost per step: a forward and backward pass of {@code batch} images; memory: the images
 * (uint8), the frozen weights once, four copies of what is trained, and a batch's activations.
 */
public final class Trainer {

  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  /** Images per scoring run: enough to fill the matrix products, small enough for memory. */
  private static final int SCORING_BATCH = 32;

  /** A state is stored when this share of time is kept free for training. */
  private static final int STORE_COST_FACTOR = 20;

  private static final double STORE_MIN_SECONDS = 2;

  private final TrainerConfig config;
  private final Backbone backbone;
  private final ImageSet images;
  private final @Nullable Evaluation evaluation;
  private final ResumeStore store;
  private final Consumer<EpochRecord> listener;

  private Trainer(
      TrainerConfig config,
      Backbone backbone,
      ImageSet images,
      @Nullable Evaluation evaluation,
      ResumeStore store,
      Consumer<EpochRecord> listener) {
    this.config = config;
    this.backbone = backbone;
    this.images = images;
    this.evaluation = evaluation;
    this.store = store;
    this.listener = listener;
  }

  /**
   * Trains to the end, from the stored state if there is one.
   *
   * @param evaluation scores epochs; null if and only if {@code config.evalEveryEpochs()} is 0
   * @param listener is told of every epoch that is done now
   * @throws TrainingFailedException if the loss is no number or a frozen weight moved
   * @throws InterruptedException if the thread was interrupted; the state is stored
   * @throws IllegalArgumentException if configuration, weights and images do not fit
   */
  public static TrainingResult train(
      TrainerConfig config,
      Backbone backbone,
      ImageSet images,
      @Nullable Evaluation evaluation,
      ResumeStore store,
      Consumer<EpochRecord> listener,
      TensorFlowRuntime runtime)
      throws IOException, TrainingFailedException, InterruptedException {
    check(config, backbone, images, evaluation);
    return new Trainer(config, backbone, images, evaluation, store, listener).run(runtime);
  }

  /** Number of floats that a configuration trains. */
  public static long trainableParameters(TrainerConfig config) {
    return VitParameters.count(trainedShapes(config));
  }

  private static void check(
      TrainerConfig config, Backbone backbone, ImageSet images, @Nullable Evaluation evaluation) {
    if (!config.vit().equals(backbone.config())) {
      throw new IllegalArgumentException(
          "the backbone is %s, expected %s".formatted(backbone.config(), config.vit()));
    }
    if (images.size() != config.vit().imageSize()) {
      throw new IllegalArgumentException(
          "images are %d pixels wide, the backbone takes %d"
              .formatted(images.size(), config.vit().imageSize()));
    }
    if (images.images() < config.batch()) {
      throw new IllegalArgumentException(
          "a batch (%d) needs at least as many training images (%d): lower --batch"
              .formatted(config.batch(), images.images()));
    }
    for (int label : images.labels()) {
      if (label < 0 || label >= config.classes()) {
        throw new IllegalArgumentException(
            "label %d is outside 0..%d".formatted(label, config.classes() - 1));
      }
    }
    if ((evaluation == null) != (config.evalEveryEpochs() == 0)) {
      throw new IllegalArgumentException("an evaluation belongs to evalEveryEpochs > 0");
    }
  }

  private static Map<String, int[]> trainedShapes(TrainerConfig config) {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    if (config.method() == Method.HYDRA) {
      shapes.putAll(HydraParameters.shapes(config.vit(), config.hydra()));
    } else if (config.method() == Method.FULL) {
      shapes.putAll(VitParameters.shapes(config.vit()));
    }
    shapes.putAll(VitParameters.headShapes(config.vit(), config.classes()));
    return shapes;
  }

  private Map<String, HostTensor> initialValues() {
    Map<String, HostTensor> values = new LinkedHashMap<>();
    if (config.method() == Method.HYDRA) {
      values.putAll(Initializers.adapters(config.vit(), config.hydra(), config.seed()));
    } else if (config.method() == Method.FULL) {
      values.putAll(backbone.parameters());
    }
    values.putAll(Initializers.head(config.vit(), config.classes(), config.seed()));
    return values;
  }

  private TrainingResult run(TensorFlowRuntime runtime)
      throws IOException, TrainingFailedException, InterruptedException {
    FlatLayout layout = new FlatLayout(trainedShapes(config));
    boolean freezes = config.method() != Method.FULL;
    Map<String, int[]> frozenShapes = freezes ? VitParameters.shapes(config.vit()) : Map.of();
    // Without anything random or trained below the head its input never changes.
    TrainingGraph.Input input =
        config.method() == Method.LINEAR && config.dropPath() == 0
            ? TrainingGraph.Input.FEATURES
            : TrainingGraph.Input.PIXELS;
    TrainingState state = startingState(layout);
    try (TrainingGraph graph =
        new TrainingGraph(
            config, frozenShapes, layout, input, images.images(), SCORING_BATCH, runtime)) {
      graph.initializeFrozen(backbone.parameters());
      graph.setState(state.trained(), state.firstMoment(), state.secondMoment());
      graph.setData(input(graph, input), images.labels());
      state = runEpochs(graph, state);
      String frozenHash = freezes ? checkFrozen(graph) : "";
      return result(layout, state, frozenHash, frozenShapes);
    }
  }

  private Tensor input(TrainingGraph graph, TrainingGraph.Input input) {
    int size = images.size();
    if (input == TrainingGraph.Input.PIXELS) {
      return Tensors.bytes(images.pixels(), images.images(), size, size, 3);
    }
    int width = config.vit().featureWidth();
    float[][] rows = graph.features(images.pixels(), images.images());
    float[] features = new float[images.images() * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, features, i * width, width);
    }
    return Tensors.floats(features, images.images(), width);
  }

  private TrainingState startingState(FlatLayout layout) throws IOException {
    String fingerprint = fingerprint();
    Optional<Path> stored = store.fetch();
    if (stored.isPresent()) {
      try {
        TrainingState state = TrainingState.read(stored.get());
        if (state.fingerprint().equals(fingerprint) && state.trained().length == layout.size()) {
          LOG.info("resuming after epoch {} of {}", state.nextEpoch(), config.epochs());
          return state;
        }
        LOG.warn("{}: state of another training; starting from the beginning", stored.get());
      } catch (IOException e) {
        LOG.warn("{}; starting from the beginning", e.getMessage());
      }
    }
    return TrainingState.initial(fingerprint, layout.join(initialValues()));
  }

  /** Tells states of other trainings apart; the images are part of the job's identity already. */
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
    for (int epoch = start.nextEpoch(); epoch < config.epochs(); epoch++) {
      long began = System.nanoTime();
      double rate = config.schedule().rate(epoch);
      double loss = runSteps(graph, epoch, step, rate);
      step += stepsPerEpoch();
      OptionalDouble score = OptionalDouble.empty();
      if (evaluation != null && config.scoresAfter(epoch)) {
        double scored = evaluation.score(graph::logits);
        score = OptionalDouble.of(scored);
        if (best.isEmpty() || scored > best.get().score()) {
          best = Optional.of(new TrainingState.Best(epoch, scored, graph.trained()));
        }
      }
      EpochRecord record = new EpochRecord(epoch, rate, loss, score, secondsSince(began));
      history.add(record);
      listener.accept(record);
      // Cleared here: storing through an interruptible channel would fail otherwise.
      boolean interrupted = Thread.interrupted();
      double idle = secondsSince(storedAt);
      boolean due = idle >= Math.max(STORE_MIN_SECONDS, STORE_COST_FACTOR * storeSeconds);
      if (interrupted || (due && epoch + 1 < config.epochs())) {
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

  private int stepsPerEpoch() {
    return images.images() / config.batch();
  }

  private double runSteps(TrainingGraph graph, int epoch, long stepsDone, double rate)
      throws TrainingFailedException, InterruptedException {
    int[] order = order(images.images(), config.seed(), epoch);
    int[] rows = new int[config.batch()];
    double sum = 0;
    for (int i = 0; i < stepsPerEpoch(); i++) {
      if (Thread.interrupted()) {
        throw new InterruptedException(
            "training was interrupted in epoch %d; it resumes from the last stored epoch"
                .formatted(epoch + 1));
      }
      System.arraycopy(order, i * rows.length, rows, 0, rows.length);
      float loss = graph.train(rows, stepsDone + i + 1, rate);
      if (!Float.isFinite(loss)) {
        throw new TrainingFailedException(
            "the loss is %s in epoch %d of %d, step %d: lower the learning rate (%s)"
                .formatted(loss, epoch + 1, config.epochs(), i + 1, config.learningRate()));
      }
      sum += loss;
    }
    return sum / stepsPerEpoch();
  }

  /** A permutation of {@code 0..count-1} that depends on seed and epoch alone. */
  static int[] order(int count, long seed, int epoch) {
    SplitMix64 random = ParameterSeeds.random(seed, "order/epoch" + epoch);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static TrainingState state(
      TrainingGraph graph,
      String fingerprint,
      long step,
      Optional<TrainingState.Best> best,
      List<EpochRecord> history) {
    return new TrainingState(
        fingerprint,
        step,
        graph.trained(),
        graph.firstMoment(),
        graph.secondMoment(),
        best,
        List.copyOf(history));
  }

  private void save(TrainingState state) throws IOException {
    Path folder = Files.createTempDirectory("hydra-state");
    Path file = folder.resolve("state.safetensors");
    try {
      state.write(file);
      store.store(file);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  private String checkFrozen(TrainingGraph graph) throws TrainingFailedException {
    String hash = Backbone.hashOf(config.vit(), graph.frozen());
    if (!hash.equals(backbone.hash())) {
      throw new TrainingFailedException(
          "frozen weights changed during training: hash %s, expected %s"
              .formatted(hash, backbone.hash()));
    }
    return hash;
  }

  private TrainingResult result(
      FlatLayout layout, TrainingState state, String frozenHash, Map<String, int[]> frozenShapes)
      throws TrainingFailedException {
    EpochRecord last = state.history().get(state.history().size() - 1);
    float[] trained = state.best().map(TrainingState.Best::trained).orElse(state.trained());
    for (float value : trained) {
      if (!Float.isFinite(value)) {
        throw new TrainingFailedException(
            "a trained weight is %s: lower the learning rate (%s)"
                .formatted(value, config.learningRate()));
      }
    }
    return new TrainingResult(
        layout.split(trained),
        state.best().map(TrainingState.Best::epoch).orElse(last.epoch()),
        state.best().map(best -> OptionalDouble.of(best.score())).orElse(OptionalDouble.empty()),
        last.loss(),
        layout.size(),
        VitParameters.count(frozenShapes) + layout.size(),
        frozenHash,
        state.history());
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}

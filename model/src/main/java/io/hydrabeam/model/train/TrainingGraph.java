package io.hydrabeam.model.train;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.graph.DrawKeys;
import io.hydrabeam.model.graph.FlatLayout;
import io.hydrabeam.model.graph.FrozenTensors;
import io.hydrabeam.model.graph.GraphParameters;
import io.hydrabeam.model.graph.GraphVariable;
import io.hydrabeam.model.graph.Normalize;
import io.hydrabeam.model.graph.PixelInput;
import io.hydrabeam.model.graph.RunningStatistics;
import io.hydrabeam.model.graph.VisionTransformer;
import io.hydrabeam.model.layers.BatchNorm;
import io.hydrabeam.model.layers.Fused;
import io.hydrabeam.model.layers.Mode;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.model.optim.FlatOptimizer;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.HostTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/**
 * The graph and session of one training: the data set as a variable, a step that gathers its batch
 * by index, and a forward pass for scoring with the same parameters.
 *
 * <p>Per step only the indices {@code [batch]}, the step number and the optimizer's scalars are
 * fed, and the batch's pixels where the data set is too large for a variable. Not safe for
 * concurrent use.
 */
final class TrainingGraph implements AutoCloseable {

  /** What a training step gathers its batch from. */
  enum Input {
    /** uint8 images that the graph holds, normalised in it. */
    PIXELS,
    /** uint8 images that each step is fed, normalised in the graph. */
    FED_PIXELS,
    /** Float images, already normalised. */
    NORMALIZED,
    /** The frozen backbone's features: exact where nothing below the head is trained or random. */
    FEATURES
  }

  /** Name of what is trained among the {@link #state}. */
  static final String TRAINED = "trained";

  private final TrainerConfig config;
  private final FlatLayout layout;
  private final Input input;
  private final boolean fused;
  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Session session;
  private final GraphParameters parameters;
  private final VisionTransformer model;
  private final FlatOptimizer optimizer;
  private final @Nullable RunningStatistics running;
  private final Map<String, GraphVariable> variables = new LinkedHashMap<>();
  private final @Nullable GraphVariable data;
  private final GraphVariable targets;
  private final Placeholder<TInt64> number;
  private final Placeholder<TFloat32> scalars;
  private final Map<StepKind, Step> steps = new HashMap<>();
  private final DrawKeys drawKeys = new DrawKeys(tf);
  private long seed;
  private @Nullable FrozenTensors frozen;
  private final PixelInput scoredInput;
  private final Operand<TFloat32> scoredFeatures;
  private final Operand<TFloat32> scoredLogits;

  /**
   * What a step's operations depend on; those of a kind are added when it is first run, so that an
   * epoch's smaller last batch computes no padding and its statistics are exact.
   */
  private record StepKind(int batch, boolean batchStatistics) {}

  /** The operations of a training step. */
  private record Step(
      Placeholder<TInt32> indices,
      @Nullable Placeholder<TUint8> pixels,
      Operand<TFloat32> loss,
      Operand<TFloat32> gradient,
      List<Op> updates) {}

  /**
   * Builds the graph.
   *
   * @param frozen name to sizes of the frozen parameters
   * @param layout of the trained ones
   * @param images in the training set
   * @param scoringBatch images that one scoring run takes
   */
  TrainingGraph(
      TrainerConfig config,
      Map<String, int[]> frozen,
      FlatLayout layout,
      Input input,
      int images,
      int scoringBatch,
      TensorFlowRuntime runtime) {
    this.config = config;
    this.layout = layout;
    this.input = input;
    this.fused = Fused.suits(runtime);
    VitConfig vit = config.vit();
    parameters = new GraphParameters(tf, frozen, layout, config.precision());
    model =
        new VisionTransformer(
            ParameterScope.root(parameters),
            vit,
            config.hydra().scale(),
            config.hydra().dropout(),
            config.dropPath());
    optimizer = FlatOptimizer.of(config.optimizer().optimizer(), tf, layout.size());
    variables.put(TRAINED, parameters.trainable());
    variables.putAll(optimizer.slots());
    running = config.head().normalized() ? new RunningStatistics(tf, vit.featureWidth()) : null;
    if (running != null) {
      variables.putAll(running.variables());
    }
    number = tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
    scalars = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(optimizer.scalars())));
    data =
        input == Input.FED_PIXELS
            ? null
            : GraphVariable.create(tf, "data/input", inputType(), inputShape(images));
    targets =
        GraphVariable.create(
            tf, "data/targets", TFloat32.class, Shape.of(images, config.head().classes()));

    scoredInput = new PixelInput(tf, scoringBatch, vit.imageSize());
    scoredFeatures =
        model.features(
            tf,
            scoredInput.images(tf, config.normalization()),
            scoringBatch,
            Mode.evaluation(config.precision(), fused));
    scoredLogits =
        model.logits(
            tf,
            running == null
                ? scoredFeatures
                : BatchNorm.call(tf, scoredFeatures, running.statistics()));
    session = new Session(graph, runtime.sessionConfig());
  }

  private Step addStep(StepKind kind) {
    Placeholder<TInt32> indices =
        tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(kind.batch())));
    Operand<TFloat32> target = tf.gather(targets.read(TFloat32.class), indices, tf.constant(0));
    Placeholder<TUint8> pixels = input == Input.FED_PIXELS ? fedPixels(kind.batch()) : null;
    Operand<TFloat32> features = batchFeatures(indices, pixels, kind.batch());
    List<Op> updates = new ArrayList<>();
    if (running != null && kind.batchStatistics()) {
      BatchNorm.Statistics statistics = BatchNorm.Statistics.of(tf, features);
      features = BatchNorm.call(tf, features, statistics);
      updates.addAll(running.update(tf, statistics, kind.batch()));
    } else if (running != null) {
      features = BatchNorm.call(tf, features, running.statistics());
    }
    Operand<TFloat32> logits = model.logits(tf, features);
    Operand<TFloat32> loss =
        config.head().multilabel()
            ? Losses.binaryCrossEntropy(tf, logits, target)
            : Losses.crossEntropy(tf, logits, target);
    Operand<TFloat32> gradient = parameters.gradient(graph, loss);
    updates.addAll(optimizer.update(tf, parameters.trainable(), gradient, scalars));
    drawKeys.set(session, seed);
    return new Step(indices, pixels, loss, gradient, updates);
  }

  private Placeholder<TUint8> fedPixels(int batch) {
    int size = config.vit().imageSize();
    return tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(batch, size, size, 3)));
  }

  private Class<? extends TType> inputType() {
    return input == Input.PIXELS ? TUint8.class : TFloat32.class;
  }

  private Shape inputShape(int images) {
    int size = config.vit().imageSize();
    return input == Input.FEATURES
        ? Shape.of(images, config.vit().featureWidth())
        : Shape.of(images, size, size, 3);
  }

  /** Features of a batch: of the pixels fed, or of the rows of what the graph holds. */
  private Operand<TFloat32> batchFeatures(
      Operand<TInt32> indices, @Nullable Operand<TUint8> fed, int batch) {
    Mode<?> mode = Mode.training(config.precision(), drawKeys::of, number, fused);
    if (fed != null) {
      return model.features(tf, Normalize.call(tf, fed, config.normalization()), batch, mode);
    }
    return switch (input) {
      case FEATURES -> gathered(TFloat32.class, indices);
      case NORMALIZED -> model.features(tf, gathered(TFloat32.class, indices), batch, mode);
      case PIXELS, FED_PIXELS -> {
        Operand<TUint8> pixels = gathered(TUint8.class, indices);
        yield model.features(tf, Normalize.call(tf, pixels, config.normalization()), batch, mode);
      }
    };
  }

  private <T extends TType> Operand<T> gathered(Class<T> type, Operand<TInt32> indices) {
    return tf.gather(Objects.requireNonNull(data).read(type), indices, tf.constant(0));
  }

  /** Sets the frozen parameters, and closes them with the graph. */
  void initializeFrozen(FrozenTensors weights) {
    frozen = weights;
    parameters.initializeFrozen(session, weights);
  }

  /**
   * Sets what steps gather their input from; closes the tensor.
   *
   * @param tensor {@code [images, …]} of the input's type
   */
  void setData(Tensor tensor) {
    try (tensor) {
      Objects.requireNonNull(data, "each step is fed its input").set(session, tensor);
    }
  }

  /**
   * Sets the targets of all images.
   *
   * @param labels {@code [images][…]}
   */
  void setLabels(int[][] labels) {
    try (TFloat32 wide = OneHotLabels.of(labels, config.head().classes())) {
      targets.set(session, wide);
    }
  }

  /** What the variables are before the first step: moments zero, running variance one. */
  Map<String, float[]> initialState(float[] trained) {
    Map<String, float[]> state = new LinkedHashMap<>();
    state.put(TRAINED, trained);
    optimizer.slots().keySet().forEach(name -> state.put(name, new float[trained.length]));
    if (running != null) {
      float[] ones = new float[config.vit().featureWidth()];
      Arrays.fill(ones, 1);
      state.put(ParameterName.HEAD_MEAN, new float[ones.length]);
      state.put(ParameterName.HEAD_VARIANCE, ones);
    }
    return state;
  }

  /** Sets what random draws depend on. */
  void setSeed(long value) {
    seed = value;
    drawKeys.set(session, value);
  }

  /** Sets everything that steps change, by name as {@link #state} gives it. */
  void setState(Map<String, float[]> state) {
    variables.forEach(
        (name, variable) -> {
          float[] values = Objects.requireNonNull(state.get(name), name);
          try (TFloat32 tensor = Tensors.floats(values, values.length)) {
            variable.set(session, tensor);
          }
        });
  }

  /**
   * Runs one training step.
   *
   * @param rows positions in the training set, {@code [batch]}
   * @param pixels of those images, {@code [batch, size, size, 3]}; empty unless they are to be fed
   * @param step number of the step, from 1
   * @param batchStatistics whether the batch normalisation, if there is one, uses this batch's
   *     statistics and learns from them; else it uses the running ones and leaves them
   * @return the batch's mean loss before the update
   */
  float train(
      int[] rows,
      byte[] pixels,
      long step,
      double learningRate,
      double weightDecay,
      boolean batchStatistics) {
    float[] numbers = optimizer.stepScalars(learningRate, weightDecay, step);
    Step kind = step(rows, batchStatistics);
    try (TInt32 rowsFed = Tensors.ints(rows, rows.length);
        TInt64 stepFed = TInt64.scalarOf(step);
        TFloat32 scalarsFed = Tensors.floats(numbers, numbers.length);
        TUint8 pixelsFed = kind.pixels() == null ? null : pixels(pixels, rows.length)) {
      Session.Runner runner =
          session
              .runner()
              .feed(kind.indices(), rowsFed)
              .feed(number, stepFed)
              .feed(scalars, scalarsFed)
              .fetch(kind.loss());
      if (kind.pixels() != null && pixelsFed != null) {
        runner.feed(kind.pixels(), pixelsFed);
      }
      for (Op update : kind.updates()) {
        runner.addTarget(update);
      }
      try (var result = runner.run()) {
        return ((TFloat32) result.get(0)).getFloat();
      }
    }
  }

  /** Gradient of the batch's mean loss, by name; nothing is updated. */
  Map<String, HostTensor> gradients(int[] rows, boolean batchStatistics) {
    Step kind = step(rows, batchStatistics);
    try (TInt32 rowsFed = Tensors.ints(rows, rows.length);
        TInt64 stepFed = TInt64.scalarOf(1);
        var result =
            session
                .runner()
                .feed(kind.indices(), rowsFed)
                .feed(number, stepFed)
                .fetch(kind.gradient())
                .run()) {
      return layout.split(Tensors.toArray((TFloat32) result.get(0)));
    }
  }

  private TUint8 pixels(byte[] pixels, int batch) {
    int size = config.vit().imageSize();
    return Tensors.bytes(pixels, batch, size, size, 3);
  }

  private Step step(int[] rows, boolean batchStatistics) {
    return steps.computeIfAbsent(new StepKind(rows.length, batchStatistics), this::addStep);
  }

  /** Logits {@code [count][classes]} in evaluation mode. */
  float[][] logits(byte[] pixels, int count) {
    return scoredInput.run(session, scoredLogits, pixels, count);
  }

  /** Features {@code [count][width]} in evaluation mode. */
  float[][] features(byte[] pixels, int count) {
    return scoredInput.run(session, scoredFeatures, pixels, count);
  }

  /** Everything that steps change: what is trained, in the layout's flat form, and the rest. */
  Map<String, float[]> state() {
    return read(variables);
  }

  /** What a training is for: of the {@link #state} all but the optimizer's. */
  Map<String, float[]> result() {
    Map<String, GraphVariable> kept = new LinkedHashMap<>(variables);
    kept.keySet().removeAll(optimizer.slots().keySet());
    return read(kept);
  }

  private Map<String, float[]> read(Map<String, GraphVariable> read) {
    Session.Runner runner = session.runner();
    read.values().forEach(variable -> runner.fetch(variable.read(TFloat32.class)));
    Map<String, float[]> values = new LinkedHashMap<>();
    try (var result = runner.run()) {
      int i = 0;
      for (String name : read.keySet()) {
        values.put(name, Tensors.toArray((TFloat32) result.get(i++)));
      }
    }
    return values;
  }

  /** The first frozen parameter whose value has changed. */
  Optional<String> changedFrozen() {
    return frozen == null ? Optional.empty() : parameters.changedFrozen(session, frozen);
  }

  @Override
  public void close() {
    session.close();
    graph.close();
    if (frozen != null) {
      frozen.close();
    }
  }
}

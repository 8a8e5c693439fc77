package io.hydrabeam.model.train;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.graph.FlatLayout;
import io.hydrabeam.model.graph.GraphParameters;
import io.hydrabeam.model.graph.GraphVariable;
import io.hydrabeam.model.graph.Normalize;
import io.hydrabeam.model.graph.PixelInput;
import io.hydrabeam.model.graph.VisionTransformer;
import io.hydrabeam.model.layers.Mode;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.model.optim.AdamW;
import io.hydrabeam.model.weights.HostTensor;
import java.util.List;
import java.util.Map;
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
 * fed. Not safe for concurrent use.
 */
final class TrainingGraph implements AutoCloseable {

  /** What a training step gathers its batch from. */
  enum Input {
    /** uint8 images, normalised in the graph. */
    PIXELS,
    /** Float images, already normalised. */
    NORMALIZED,
    /** The frozen backbone's features: exact where nothing below the head is trained or random. */
    FEATURES
  }

  private final TrainerConfig config;
  private final FlatLayout layout;
  private final Graph graph = new Graph();
  private final Session session;
  private final GraphParameters parameters;
  private final AdamW optimizer;
  private final GraphVariable data;
  private final GraphVariable labels;
  private final Placeholder<TInt32> indices;
  private final Placeholder<TInt64> step;
  private final Placeholder<TFloat32> scalars;
  private final Operand<TFloat32> loss;
  private final Operand<TFloat32> gradient;
  private final List<Op> updates;
  private final PixelInput scoredInput;
  private final Operand<TFloat32> scoredFeatures;
  private final Operand<TFloat32> scoredLogits;

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
    Ops tf = Ops.create(graph);
    VitConfig vit = config.vit();
    parameters = new GraphParameters(tf, frozen, layout);
    VisionTransformer model =
        new VisionTransformer(
            ParameterScope.root(parameters),
            vit,
            config.hydra().scale(),
            config.hydra().dropout(),
            config.dropPath());

    int batch = config.batch();
    indices = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(batch)));
    step = tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
    scalars = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(3)));
    data = GraphVariable.create(tf, "data/input", inputType(input), inputShape(input, images));
    labels = GraphVariable.create(tf, "data/labels", TInt32.class, Shape.of(images));
    Operand<TInt32> target = tf.gather(labels.read(TInt32.class), indices, tf.constant(0));
    Operand<TFloat32> features = batchFeatures(tf, model, input);
    loss = crossEntropy(tf, model.logits(tf, features), target);
    gradient = parameters.gradient(graph, loss);
    optimizer = new AdamW(tf, layout.size());
    updates = optimizer.update(tf, parameters.trainable(), gradient, scalars);

    scoredInput = new PixelInput(tf, scoringBatch, vit.imageSize());
    scoredFeatures =
        model.features(
            tf, scoredInput.images(tf, config.normalization()), scoringBatch, Mode.evaluation());
    scoredLogits = model.logits(tf, scoredFeatures);
    session = new Session(graph, runtime.sessionConfig());
  }

  private Class<? extends TType> inputType(Input input) {
    return input == Input.PIXELS ? TUint8.class : TFloat32.class;
  }

  private Shape inputShape(Input input, int images) {
    int size = config.vit().imageSize();
    return input == Input.FEATURES
        ? Shape.of(images, config.vit().featureWidth())
        : Shape.of(images, size, size, 3);
  }

  private Operand<TFloat32> batchFeatures(Ops tf, VisionTransformer model, Input input) {
    Mode mode = Mode.training(config.seed(), step);
    int batch = config.batch();
    return switch (input) {
      case FEATURES -> tf.gather(data.read(TFloat32.class), indices, tf.constant(0));
      case NORMALIZED ->
          model.features(
              tf, tf.gather(data.read(TFloat32.class), indices, tf.constant(0)), batch, mode);
      case PIXELS -> {
        Operand<TUint8> pixels = tf.gather(data.read(TUint8.class), indices, tf.constant(0));
        yield model.features(tf, Normalize.call(tf, pixels, config.normalization()), batch, mode);
      }
    };
  }

  /** Mean over the batch; the dense form, as the sparse one has no gradient here. */
  private Operand<TFloat32> crossEntropy(Ops tf, Operand<TFloat32> logits, Operand<TInt32> target) {
    Operand<TFloat32> oneHot =
        tf.oneHot(target, tf.constant(config.classes()), tf.constant(1f), tf.constant(0f));
    Operand<TFloat32> perImage = tf.nn.softmaxCrossEntropyWithLogits(logits, oneHot).loss();
    return tf.math.mean(perImage, tf.constant(0));
  }

  /** Sets the frozen parameters. */
  void initializeFrozen(Map<String, HostTensor> weights) {
    parameters.initializeFrozen(session, weights);
  }

  /** Sets the training data, {@code [images, …]} of the input's type; closes the tensor. */
  void setData(Tensor input, int[] targets) {
    try (input;
        TInt32 wide = Tensors.ints(targets, targets.length)) {
      data.set(session, input);
      labels.set(session, wide);
    }
  }

  /** Sets what is trained and the optimizer's moments, each in the layout's flat form. */
  void setState(float[] trained, float[] firstMoment, float[] secondMoment) {
    setFlat(parameters.trainable(), trained);
    setFlat(optimizer.firstMoment(), firstMoment);
    setFlat(optimizer.secondMoment(), secondMoment);
  }

  private void setFlat(GraphVariable variable, float[] values) {
    try (TFloat32 tensor = Tensors.floats(values, values.length)) {
      variable.set(session, tensor);
    }
  }

  /**
   * Runs one training step.
   *
   * @param rows positions in the training set, {@code [batch]}
   * @param number of the step, from 1
   * @return the batch's mean loss before the update
   */
  float train(int[] rows, long number, double learningRate) {
    float[] numbers = AdamW.stepScalars(learningRate, config.weightDecay(), number);
    try (TInt32 rowsFed = Tensors.ints(rows, rows.length);
        TInt64 stepFed = TInt64.scalarOf(number);
        TFloat32 scalarsFed = Tensors.floats(numbers, numbers.length)) {
      Session.Runner runner =
          session
              .runner()
              .feed(indices, rowsFed)
              .feed(step, stepFed)
              .feed(scalars, scalarsFed)
              .fetch(loss);
      for (Op update : updates) {
        runner.addTarget(update);
      }
      try (var result = runner.run()) {
        return ((TFloat32) result.get(0)).getFloat();
      }
    }
  }

  /** Gradient of the batch's mean loss, by name; nothing is updated. */
  Map<String, HostTensor> gradients(int[] rows) {
    try (TInt32 rowsFed = Tensors.ints(rows, rows.length);
        TInt64 stepFed = TInt64.scalarOf(1);
        var result =
            session.runner().feed(indices, rowsFed).feed(step, stepFed).fetch(gradient).run()) {
      return layout.split(Tensors.toArray((TFloat32) result.get(0)));
    }
  }

  /** Logits {@code [count][classes]} in evaluation mode. */
  float[][] logits(byte[] pixels, int count) {
    return scoredInput.run(session, scoredLogits, pixels, count);
  }

  /** Features {@code [count][width]} in evaluation mode. */
  float[][] features(byte[] pixels, int count) {
    return scoredInput.run(session, scoredFeatures, pixels, count);
  }

  /** What is trained, in the layout's flat form. */
  float[] trained() {
    return readFlat(parameters.trainable());
  }

  float[] firstMoment() {
    return readFlat(optimizer.firstMoment());
  }

  float[] secondMoment() {
    return readFlat(optimizer.secondMoment());
  }

  private float[] readFlat(GraphVariable variable) {
    try (var result = session.runner().fetch(variable.read(TFloat32.class)).run()) {
      return Tensors.toArray((TFloat32) result.get(0));
    }
  }

  /** The frozen parameters as they stand in the session. */
  Map<String, HostTensor> frozen() {
    return parameters.readFrozen(session);
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}

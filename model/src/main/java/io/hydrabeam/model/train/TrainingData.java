package io.hydrabeam.model.train;

import io.hydrabeam.model.Samples;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.graph.GraphVariable;
import io.hydrabeam.model.graph.SampleFeed;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/**
 * What the steps of a training graph go through: the data set as variables that a step gathers its
 * rows from, or samples that it is fed: texts, and images that are too large for one.
 */
final class TrainingData {

  private final Ops tf;
  private final TrainerConfig config;
  private final TrainingGraph.Input input;
  private final SampleFeed feed;
  private final @Nullable GraphVariable data;
  private final GraphVariable targets;

  /**
   * @param records in the training set
   */
  TrainingData(Ops tf, TrainerConfig config, TrainingGraph.Input input, int records) {
    this.tf = tf;
    this.config = config;
    this.input = input;
    this.feed = new SampleFeed(config.model());
    data =
        input == TrainingGraph.Input.FED
            ? null
            : GraphVariable.create(tf, "data/input", type(), shape(records));
    targets =
        GraphVariable.create(
            tf, "data/targets", TFloat32.class, Shape.of(records, config.head().classes()));
  }

  /** Sets what rows are gathered from, {@code [images, …]} of the input's type. */
  void set(Session session, Tensor tensor) {
    Objects.requireNonNull(data, "each step is fed its input").set(session, tensor);
  }

  private Class<? extends TType> type() {
    return input == TrainingGraph.Input.PIXELS ? TUint8.class : TFloat32.class;
  }

  private Shape shape(int records) {
    if (input == TrainingGraph.Input.FEATURES) {
      return Shape.of(records, config.model().featureWidth());
    }
    int size = config.model().vision().imageSize();
    return Shape.of(records, size, size, 3);
  }

  /** Sets the targets of all records. */
  void setTargets(Session session, Targets all) {
    int classes = config.head().classes();
    try (TFloat32 wide = Tensors.floats(all.dense(classes), all.records(), classes)) {
      targets.set(session, wide);
    }
  }

  /** Targets of a step's rows {@code [rows, classes]}. */
  Operand<TFloat32> targets(Operand<TInt32> indices) {
    return tf.gather(targets.read(TFloat32.class), indices, tf.constant(0));
  }

  /**
   * Where a step of so many rows is fed its samples, if it is.
   *
   * @param length that they are padded to
   */
  @Nullable Placeholder<? extends TType> fed(int rows, int length) {
    return input == TrainingGraph.Input.FED ? feed.placeholder(tf, rows, length) : null;
  }

  /** Samples as such a step is fed them. */
  Tensor tensor(Samples samples, int length) {
    int[] all = IntStream.range(0, samples.count()).toArray();
    return feed.tensor(samples, all, all.length, length);
  }

  /** The length that a step's samples are padded to. */
  int length(@Nullable Samples samples) {
    return samples == null ? SampleFeed.NO_LENGTH : feed.length(samples);
  }

  /** Whether a step's input are features, which no backbone is needed for. */
  boolean areFeatures() {
    return input == TrainingGraph.Input.FEATURES;
  }

  /**
   * Input of a step: features, or samples.
   *
   * @param fed samples, where they are
   */
  Operand<? extends TType> rows(Operand<TInt32> indices, @Nullable Operand<? extends TType> fed) {
    return fed != null ? fed : gathered(type(), indices);
  }

  private <T extends TType> Operand<T> gathered(Class<T> type, Operand<TInt32> indices) {
    return tf.gather(Objects.requireNonNull(data).read(type), indices, tf.constant(0));
  }
}

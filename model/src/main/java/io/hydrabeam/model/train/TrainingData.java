package io.hydrabeam.model.train;

import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.graph.GraphVariable;
import io.hydrabeam.model.graph.Normalize;
import java.util.Objects;
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
 * rows from, or pixels that it is fed where they are too large for one.
 */
final class TrainingData {

  private final Ops tf;
  private final TrainerConfig config;
  private final TrainingGraph.Input input;
  private final @Nullable GraphVariable data;
  private final GraphVariable targets;

  /**
   * @param images in the training set
   */
  TrainingData(Ops tf, TrainerConfig config, TrainingGraph.Input input, int images) {
    this.tf = tf;
    this.config = config;
    this.input = input;
    int size = config.vit().imageSize();
    Class<? extends TType> type =
        input == TrainingGraph.Input.PIXELS ? TUint8.class : TFloat32.class;
    Shape shape =
        input == TrainingGraph.Input.FEATURES
            ? Shape.of(images, config.vit().featureWidth())
            : Shape.of(images, size, size, 3);
    data =
        input == TrainingGraph.Input.FED_PIXELS
            ? null
            : GraphVariable.create(tf, "data/input", type, shape);
    targets =
        GraphVariable.create(
            tf, "data/targets", TFloat32.class, Shape.of(images, config.head().classes()));
  }

  /** Sets what rows are gathered from, {@code [images, …]} of the input's type. */
  void set(Session session, Tensor tensor) {
    Objects.requireNonNull(data, "each step is fed its input").set(session, tensor);
  }

  /** Sets the targets of all images, {@code [images][…]} labels. */
  void setLabels(Session session, int[][] labels) {
    try (TFloat32 wide = OneHotLabels.of(labels, config.head().classes())) {
      targets.set(session, wide);
    }
  }

  /** Targets of a step's rows {@code [rows, classes]}. */
  Operand<TFloat32> targets(Operand<TInt32> indices) {
    return tf.gather(targets.read(TFloat32.class), indices, tf.constant(0));
  }

  /** Where a step of so many rows is fed its pixels, if it is. */
  @Nullable Placeholder<TUint8> fedPixels(int rows) {
    int size = config.vit().imageSize();
    return input == TrainingGraph.Input.FED_PIXELS
        ? tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(rows, size, size, 3)))
        : null;
  }

  /** Pixels as such a step is fed them. */
  TUint8 tensor(byte[] pixels, int rows) {
    int size = config.vit().imageSize();
    return Tensors.bytes(pixels, rows, size, size, 3);
  }

  /** Whether a step's input are features, which no backbone is needed for. */
  boolean areFeatures() {
    return input == TrainingGraph.Input.FEATURES;
  }

  /**
   * Input of a step: features, or normalised images.
   *
   * @param fed pixels, where they are
   */
  Operand<TFloat32> rows(Operand<TInt32> indices, @Nullable Operand<TUint8> fed) {
    if (fed != null) {
      return Normalize.call(tf, fed, config.normalization());
    }
    return input == TrainingGraph.Input.PIXELS
        ? Normalize.call(tf, gathered(TUint8.class, indices), config.normalization())
        : gathered(TFloat32.class, indices);
  }

  private <T extends TType> Operand<T> gathered(Class<T> type, Operand<TInt32> indices) {
    return tf.gather(Objects.requireNonNull(data).read(type), indices, tf.constant(0));
  }
}

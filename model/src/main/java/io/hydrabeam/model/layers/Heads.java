package io.hydrabeam.model.layers;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Between a projection's output {@code [batch·tokens, parts·heads·headWidth]} and what attention's
 * products read without further copies, {@code [batch, heads, tokens, headWidth]}.
 */
final class Heads {

  private Heads() {}

  /**
   * Sizes.
   *
   * @param parts side by side in a row, such as query, key and value
   * @param scale of the first part
   */
  record Layout(int batch, int tokens, int parts, int heads, int headWidth, double scale) {

    Shape shape() {
      return Shape.of(batch, heads, tokens, headWidth);
    }

    int rows() {
      return Batch.rows(batch, tokens);
    }

    /** Sizes of one part alone. */
    Layout ofPart(int part) {
      return new Layout(batch, tokens, 1, heads, headWidth, part == 0 ? scale : 1);
    }

    Shape packedShape() {
      return Shape.of((long) batch * tokens, (long) parts * heads * headWidth);
    }
  }

  /** The parts, the first one times the scale. */
  static <T extends TFloating> List<Operand<T>> split(Ops tf, Operand<T> packed, Layout layout) {
    int width = layout.heads() * layout.headWidth();
    List<Operand<T>> parts = new ArrayList<>();
    for (int i = 0; i < layout.parts(); i++) {
      Operand<T> part =
          layout.parts() == 1
              ? packed
              : tf.slice(
                  packed,
                  tf.constant(new int[] {0, i * width}),
                  tf.constant(new int[] {layout.rows(), width}));
      Operand<T> heads =
          tf.reshape(
              part,
              tf.constant(
                  new int[] {layout.batch(), layout.tokens(), layout.heads(), layout.headWidth()}));
      parts.add(scaled(tf, swap(tf, heads), i, layout));
    }
    return parts;
  }

  /** Parts {@code [rows, width]} side by side. */
  static <T extends TFloating> Operand<T> pack(Ops tf, List<Operand<T>> parts) {
    return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(1));
  }

  /** One part's {@code [batch, heads, tokens, headWidth] -> [batch·tokens, heads·headWidth]}. */
  static <T extends TFloating> Operand<T> join(Ops tf, Operand<T> x, Layout layout) {
    return rows(tf, scaled(tf, x, 0, layout), layout);
  }

  private static <T extends TFloating> Operand<T> rows(Ops tf, Operand<T> x, Layout layout) {
    int width = layout.heads() * layout.headWidth();
    return tf.reshape(swap(tf, x), tf.constant(new int[] {layout.rows(), width}));
  }

  /** Tokens and heads change places. */
  private static <T extends TFloating> Operand<T> swap(Ops tf, Operand<T> x) {
    return tf.linalg.transpose(x, tf.constant(new int[] {0, 2, 1, 3}));
  }

  private static <T extends TFloating> Operand<T> scaled(
      Ops tf, Operand<T> x, int part, Layout layout) {
    return part == 0 && layout.scale() != 1
        ? tf.math.mul(x, FloatTypes.constant(tf, layout.scale(), x.type()))
        : x;
  }
}

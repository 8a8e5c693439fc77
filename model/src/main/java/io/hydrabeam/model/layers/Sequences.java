package io.hydrabeam.model.layers;

import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The sequences that a batch of tokens {@code [batch·tokens, width]} consists of.
 *
 * @param batch their number, or {@link Batch#ANY}
 * @param mask what is added to attention's similarities, {@code [batch, 1, 1, tokens]}: 0 for a
 *     token, {@link #HIDDEN} where there is none; empty where all sequences are full
 */
public record Sequences(int batch, Optional<Operand<TFloat32>> mask) {

  /** Small enough to leave a weight of 0 behind a softmax, and what the original uses. */
  public static final float HIDDEN = -10000;

  /** Full sequences. */
  public static Sequences full(int batch) {
    return new Sequences(batch, Optional.empty());
  }
}

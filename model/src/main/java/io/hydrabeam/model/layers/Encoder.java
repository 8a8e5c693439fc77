package io.hydrabeam.model.layers;

import io.hydrabeam.model.EncoderConfig;
import io.hydrabeam.model.params.ParameterName;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * The blocks of a transformer, one after another.
 *
 * <p>x and y {@code [batch·tokens, width]}.
 */
public final class Encoder {

  private final List<EncoderBlock> blocks = new ArrayList<>();

  /**
   * Blocks over the parameters {@code encoder/blockNN} of a tower.
   *
   * @param settings with the drop probability of the last block
   */
  public Encoder(ParameterScope tower, EncoderConfig config, EncoderSettings settings) {
    for (int i = 0; i < config.depth(); i++) {
      double rate = config.depth() == 1 ? 0 : settings.dropPath() * i / (config.depth() - 1);
      blocks.add(
          EncoderBlock.of(tower.sub(ParameterName.block(i)), config, settings.withDropPath(rate)));
    }
  }

  /** The first token of each sequence after the last block, {@code [batch, width]}. */
  public <T extends TFloating> Operand<TFloat32> callFirst(
      Ops tf, Operand<TFloat32> x, Sequences sequences, Mode<T> mode) {
    Residual<T> tokens = Residual.of(x);
    for (EncoderBlock block : blocks.subList(0, blocks.size() - 1)) {
      tokens = block.call(tf, tokens, sequences, mode);
    }
    return blocks.get(blocks.size() - 1).callFirst(tf, tokens, sequences, mode).sum(tf);
  }

  /** The tokens given, and those after every block. */
  public <T extends TFloating> List<Operand<TFloat32>> call(
      Ops tf, Operand<TFloat32> x, Sequences sequences, Mode<T> mode) {
    List<Operand<TFloat32>> outputs = new ArrayList<>(List.of(x));
    Residual<T> tokens = Residual.of(x);
    for (EncoderBlock block : blocks) {
      tokens = block.call(tf, tokens, sequences, mode);
      outputs.add(tokens.sum(tf));
    }
    return outputs;
  }
}

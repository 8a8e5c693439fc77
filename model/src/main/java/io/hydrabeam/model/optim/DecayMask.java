package io.hydrabeam.model.optim;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Which numbers of the flat vector of parameters decay: all but biases and the factors of norms.
 * One number for each run of parameters that are alike, expanded in the graph.
 *
 * @param runs lengths of alternating runs, the first of which does not decay; it may be 0
 */
public record DecayMask(List<Integer> runs) {

  /**
   * The mask of named parameters.
   *
   * @param lengths name to number of values, in the vector's order
   */
  public static DecayMask withoutBiasesAndNorms(Map<String, Integer> lengths) {
    List<Integer> runs = new ArrayList<>(List.of(0));
    boolean decays = false;
    for (Map.Entry<String, Integer> entry : lengths.entrySet()) {
      String name = entry.getKey();
      if (decays != !(name.endsWith("/bias") || name.endsWith("/scale"))) {
        decays = !decays;
        runs.add(0);
      }
      runs.set(runs.size() - 1, Math.addExact(runs.get(runs.size() - 1), entry.getValue()));
    }
    return new DecayMask(List.copyOf(runs));
  }

  /** Ones where a parameter decays, zeros elsewhere, {@code [parameters]}. */
  public Operand<TFloat32> add(Ops tf) {
    List<Operand<TFloat32>> parts = new ArrayList<>();
    float value = 0;
    for (Iterator<Integer> all = runs.iterator(); all.hasNext(); value = 1 - value) {
      int length = all.next();
      if (length > 0) {
        parts.add(tf.fill(tf.constant(new int[] {length}), tf.constant(value)));
      }
    }
    return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(0));
  }
}

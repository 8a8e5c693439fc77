package io.hydrabeam.pipelines.fewshot;

import io.hydrabeam.pipelines.records.ExampleFolder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The training images of a few-shot variant, and which of them hyper-parameters are chosen on.
 * Compared by identity.
 *
 * @param chosen indices into the pool, in the sample's order
 * @param validation for each chosen image whether it belongs to the split {@code val}
 */
@SuppressWarnings("ArrayRecordComponent") // read at once and dropped; never compared
public record FewShotSample(int[] chosen, boolean[] validation) {

  /**
   * Draws a sample.
   *
   * @param labels of each image of the pool, in file order
   * @param classes labels run from 0 to {@code classes - 1}
   * @param shots images per class; {@link ExampleFolder#ALL_SHOTS} takes the pool as it stands
   */
  public static FewShotSample draw(
      List<int[]> labels, int classes, boolean multilabel, int shots, long seed) {
    int[] chosen;
    if (shots == ExampleFolder.ALL_SHOTS) {
      chosen = new int[labels.size()];
      Arrays.setAll(chosen, i -> i);
    } else {
      chosen = new FewShotSampler(classes, drawn(shots)).sample(labels, seed);
    }
    List<int[]> own = new ArrayList<>(chosen.length);
    for (int image : chosen) {
      own.add(labels.get(image));
    }
    boolean[] validation = new boolean[chosen.length];
    for (int position : HoldoutSplit.of(own, classes, multilabel)) {
      validation[position] = true;
    }
    return new FewShotSample(chosen, validation);
  }

  /** One shot would leave nothing to train on, so the original draws two and keeps them apart. */
  private static int drawn(int shots) {
    return Math.max(shots, 2);
  }
}

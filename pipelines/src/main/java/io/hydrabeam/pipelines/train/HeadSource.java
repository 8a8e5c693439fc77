package io.hydrabeam.pipelines.train;

import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Task;

/** What the heads of a training's jobs start from. */
interface HeadSource {

  /** {@code JobKey.head_hash} of a task's jobs; empty for the recipe's own start. */
  String keyText(Task task, DatasetInfo info, Recipe recipe);

  /** Folder of the head that a key names; empty for none. */
  String folder(String runFolder, String headHash);

  /** The recipe's own start, or zeros. */
  static HeadSource of(HeadStart start) {
    return new HeadSource() {
      @Override
      public String keyText(Task task, DatasetInfo info, Recipe recipe) {
        return start == HeadStart.ZERO && !recipe.getBatchNorm() ? HeadStart.ZERO_KEY : "";
      }

      @Override
      public String folder(String runFolder, String headHash) {
        return "";
      }
    };
  }
}

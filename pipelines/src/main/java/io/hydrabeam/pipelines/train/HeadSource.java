package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.TextConfig;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.Quirk;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Task;
import io.hydrabeam.protos.TextHeadRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the heads of a training's jobs start from. */
interface HeadSource {

  /** {@code JobKey.head_hash} of a task's jobs; empty for the recipe's own start. */
  String keyText(Task task, DatasetInfo info, Recipe recipe);

  /** What all jobs' heads depend on, for the name of the run; empty for the recipe's own start. */
  String runText();

  /** Folder of the head that a key names; empty for none. */
  default String folder(String runFolder, String headHash) {
    return "";
  }

  /** The heads that jobs asked for so far and that are to be made before they start. */
  default List<TextHeadRequest> requests(String runFolder) {
    return List.of();
  }

  /**
   * As the options say.
   *
   * @param tower sizes of the backbone's text tower, if it has one
   */
  static HeadSource of(TrainOptions options, Optional<TextConfig> tower, Set<Quirk> quirks) {
    HeadStart start = options.getHeadStart();
    if (start == HeadStart.TEXT && tower.isEmpty()) {
      throw new IllegalArgumentException(
          "headStart=text needs a backbone with a text tower (CLIP), %s has none"
              .formatted(options.getBackbone()));
    }
    return start == HeadStart.ZERO || tower.isEmpty()
        ? withoutText(start)
        : new TextHeads(options, tower.get(), quirks);
  }

  /** The recipe's own start, or zeros. */
  static HeadSource withoutText(HeadStart start) {
    return new HeadSource() {
      @Override
      public String keyText(Task task, DatasetInfo info, Recipe recipe) {
        return start == HeadStart.ZERO && !recipe.getBatchNorm() ? HeadStart.ZERO_KEY : "";
      }

      @Override
      public String runText() {
        return start == HeadStart.ZERO ? HeadStart.ZERO_KEY : "";
      }
    };
  }
}

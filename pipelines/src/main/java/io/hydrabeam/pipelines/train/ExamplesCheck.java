package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.train.JobExpansion.PreparedTask;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.TextOptions;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Whether prepared examples are such as catalog, settings and backbone take. */
final class ExamplesCheck {

  private final Catalog catalog;

  private final JobSettings settings;

  private final BackboneSource backbone;

  private final Splits splits;

  ExamplesCheck(Catalog catalog, JobSettings settings, BackboneSource backbone) {
    this.catalog = catalog;
    this.settings = settings;
    this.backbone = backbone;
    this.splits = Splits.of(catalog.getLayout());
  }

  /**
   * Checks what one training set and seed take.
   *
   * @throws HydraException usage, telling the first that does not fit
   */
  void require(PreparedTask task, int shots, long seed) {
    String name = task.task().getName();
    DatasetInfo info = task.variant(ExampleFolder.variant(shots, seed));
    int stored = info.getTask().getClasses();
    if (stored != task.task().getClasses()) {
      throw HydraException.usage(
          "%s: the examples were made for %d classes, the catalog says %d; run preprocess again"
              .formatted(name, stored, task.task().getClasses()));
    }
    checkKind(name, info);
    if (info.getImageOptions().hasText()) {
      checkTexts(name, info);
    } else {
      checkPixels(name, info);
    }
    requireSplit(name, info, splits.finalTraining(shots));
    if (settings.choice().tuning() != Tuning.NONE) {
      if (splits.validation().isEmpty()) {
        throw HydraException.usage(
            "--tune has no use for %s: its tasks hold nothing out to choose by"
                .formatted(catalog.getBenchmark()));
      }
      requireSplit(name, info, splits.train());
      requireSplit(name, info, splits.validation());
    }
    if (settings.choice().protocol() == Protocol.PAPER) {
      requireSplit(name, task.variant(ExampleFolder.NO_VARIANT), splits.test());
    }
  }

  private void checkKind(String name, DatasetInfo info) {
    boolean texts = info.getImageOptions().hasText();
    if (texts != backbone.model() instanceof RobertaConfig) {
      throw HydraException.usage(
          "%s: the examples are %s, the backbone reads %s: give another --backbone"
              .formatted(name, texts ? "texts" : "images", texts ? "images" : "texts"));
    }
  }

  private void checkPixels(String name, DatasetInfo info) {
    int size = info.getImageOptions().getImageSize();
    if (size != backbone.vit().imageSize()) {
      throw HydraException.usage(
          "%s: the examples are %d pixels wide, the backbone takes %d; run preprocess with"
                  .formatted(name, size, backbone.vit().imageSize())
              + " --imageSize=%d".formatted(backbone.vit().imageSize()));
    }
  }

  private void checkTexts(String name, DatasetInfo info) {
    RobertaConfig roberta = (RobertaConfig) backbone.model();
    TextOptions text = info.getImageOptions().getText();
    if (text.equals(TextOptions.getDefaultInstance())) {
      return; // foreseen, not made
    }
    if (text.getVocabularySize() != roberta.vocabulary()) {
      throw HydraException.usage(
          "%s: the examples were made with a vocabulary of %d tokens, the backbone has %d; run preprocess with the backbone's own --vocabulary"
              .formatted(name, text.getVocabularySize(), roberta.vocabulary()));
    }
    if (text.getTokens() > roberta.context()) {
      throw HydraException.usage(
          "%s: the examples have up to %d tokens, the backbone takes %d; run preprocess with --maxTokens=%d"
              .formatted(name, text.getTokens(), roberta.context(), roberta.context()));
    }
  }

  private static void requireSplit(String task, DatasetInfo info, String split) {
    List<String> names = info.getSplitList().stream().map(SplitInfo::getName).toList();
    if (!names.containsAll(Arrays.asList(split.split(Pattern.quote(Splits.UNION), -1)))) {
      throw HydraException.usage(
          "%s: the examples have no split %s, only %s"
              .formatted(task, split, String.join(", ", names)));
    }
  }
}

package io.hydrabeam.pipelines.train;

import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.JobKey;
import java.util.Locale;
import java.util.TreeMap;

/**
 * The name of a run that was given none: made from what its jobs share, never from the time, so
 * that the same command finds its jobs again. Tasks, methods, shots and seeds are no part of it:
 * more of them extend the run.
 */
final class RunId {
  private static final int DIGITS = 8;

  private RunId() {}

  /** As in {@code vtab1k-holdout-3f2a9c1e}. */
  static String of(
      Catalog catalog, JobSettings settings, BackboneSource backbone, HeadSource heads) {
    String benchmark = catalog.getBenchmark();
    ChoiceSettings choice = settings.choice();
    JobKey shared =
        settings
            .adapters()
            .addTo(JobKey.newBuilder(), catalog.getRecipe())
            .setBenchmark(benchmark)
            .setBackboneHash(backbone.hash())
            .setRecipe(settings.overrides())
            .setNormalization(settings.normalization())
            .setProtocol(choice.protocol())
            .setPrecision(settings.precision())
            .setRecipeVersion(settings.recipeVersion())
            .setTune(choice.tuning().keyText())
            .addAllQuirk(choice.quirks().stream().sorted().toList())
            .build();
    String text =
        JobId.canonicalText(shared) + heads.runText() + settings.adapters().start().runText();
    if (choice.tuning() == Tuning.VAL200) {
      text += ownGrids(settings);
    }
    return "%s-%s-%s"
        .formatted(
            benchmark,
            choice.protocol().name().toLowerCase(Locale.ROOT),
            JobId.ofText(text).substring(0, DIGITS));
  }

  /** Grids that are not the declared ones; a further method with its declared grid adds nothing. */
  private static String ownGrids(JobSettings settings) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(settings.choice().grids())
        .forEach(
            (method, grid) -> {
              if (!grid.equals(TuningGrid.of(method))) {
                text.append(method).append(grid);
              }
            });
    return text.toString();
  }
}

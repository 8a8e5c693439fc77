package io.hydrabeam.pipelines.train;

import io.hydrabeam.protos.JobKey;
import java.util.Locale;
import java.util.TreeMap;

/**
 * The name of a run that was given none: made from what its jobs share, never from the time, so
 * that the same command finds its jobs again. Tasks, methods and seeds are no part of it: more of
 * them extend the run.
 */
final class RunId {
  private static final int DIGITS = 8;

  private RunId() {}

  /** As in {@code vtab1k-holdout-3f2a9c1e}. */
  static String of(String benchmark, JobSettings settings, BackboneSource backbone) {
    JobKey shared =
        JobKey.newBuilder()
            .setBenchmark(benchmark)
            .setBackboneHash(backbone.hash())
            .setRank(settings.rank())
            .setBranches(settings.branches())
            .addAllSite(settings.sites())
            .setRecipe(settings.overrides())
            .setNormalization(settings.normalization())
            .setProtocol(settings.protocol())
            .setPrecision(settings.precision())
            .setRecipeVersion(settings.recipeVersion())
            .setTune(settings.tuning().keyText())
            .build();
    String text = JobId.canonicalText(shared);
    if (settings.tuning() != Tuning.NONE) {
      text += ownGrids(settings);
    }
    return "%s-%s-%s"
        .formatted(
            benchmark,
            settings.protocol().name().toLowerCase(Locale.ROOT),
            JobId.ofText(text).substring(0, DIGITS));
  }

  /** Grids that are not the declared ones; a further method with its declared grid adds nothing. */
  private static String ownGrids(JobSettings settings) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(settings.grids())
        .forEach(
            (method, grid) -> {
              if (!grid.equals(TuningGrid.of(method))) {
                text.append(method).append(grid);
              }
            });
    return text.toString();
  }
}

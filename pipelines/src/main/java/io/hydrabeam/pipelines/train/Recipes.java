package io.hydrabeam.pipelines.train;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Schedule;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Resolves a job's hyper-parameters: the command line wins over the catalog, it over defaults. */
final class Recipes {
  /** The original's warm-up, in epochs. */
  static final int WARMUP_EPOCHS_DEFAULT = 10;

  /** The original's cosine period, in epochs; it stays 500 in runs of 100 epochs. */
  static final int COSINE_EPOCHS_DEFAULT = 500;

  /** The original's length of a sweep's candidates. */
  private static final int SWEEP_EPOCHS_DEFAULT = 10;

  private static final Recipe DEFAULTS =
      Recipe.newBuilder()
          .setLearningRate(1e-3)
          .setWeightDecay(1e-4)
          .setScale(1)
          .setDropout(0)
          .setBatch(64)
          .setEpochs(100)
          .setDropPath(0.1)
          .setWarmupEpochs(WARMUP_EPOCHS_DEFAULT)
          .setCosineEpochs(COSINE_EPOCHS_DEFAULT)
          .setSweepEpochs(SWEEP_EPOCHS_DEFAULT)
          .setOrigin("this program's defaults")
          .build();

  private Recipes() {}

  /**
   * The recipe of a job, its adapters' sites and the length of a sweep's candidates included; a key
   * has no use for those.
   *
   * @param commandLine what the user set; the rest absent
   * @param catalog the task's own numbers; what it does not say takes the default
   */
  static Recipe resolve(Method method, Recipe commandLine, Recipe catalog) {
    Recipe.Builder recipe = DEFAULTS.toBuilder().mergeFrom(catalog);
    if (catalog.getOrigin().isEmpty() && !catalog.equals(Recipe.getDefaultInstance())) {
      recipe.setOrigin("catalog");
    }
    if (method == Method.LINEAR && !commandLine.hasDropPath()) {
      // A linear probe reads fixed features; dropping the frozen blocks would only blur them.
      recipe.setDropPath(0);
      if (recipe.hasBodyDropout()) {
        recipe.setBodyDropout(0);
      }
    }
    String others = recipe.getOrigin();
    recipe.mergeFrom(commandLine);
    if (method != Method.HYDRA) {
      recipe.clearScale().clearDropout().clearRank().clearSequentialRank().clearWithoutBias();
    }
    if (recipe.getSchedule() != Schedule.WARMUP_COSINE) {
      recipe.clearWarmupEpochs().clearCosineEpochs();
    }
    List<String> set = setFields(commandLine);
    if (!set.isEmpty()) {
      recipe.setOrigin("command line: %s; others: %s".formatted(String.join(", ", set), others));
    }
    return check(recipe.build());
  }

  /** Short and complete, for people: {@code lr=0.001 wd=0.0001 scale=0.1 …}. */
  static String describe(Recipe recipe) {
    return recipe.getAllFields().entrySet().stream()
        .filter(e -> e.getKey().getNumber() != Recipe.ORIGIN_FIELD_NUMBER)
        .map(e -> e.getKey().getJsonName() + "=" + number(e.getValue()))
        .collect(Collectors.joining(" "));
  }

  private static String number(Object value) {
    return value instanceof Double d && d == Math.rint(d) && Math.abs(d) < 1e6
        ? String.format(Locale.ROOT, "%.0f", d)
        : value.toString();
  }

  private static List<String> setFields(Recipe recipe) {
    return recipe.getAllFields().keySet().stream().map(FieldDescriptor::getJsonName).toList();
  }

  private static Recipe check(Recipe recipe) {
    requirePositive("learningRate", recipe.getLearningRate());
    requirePositive("batch", recipe.getBatch());
    requirePositive("epochs", recipe.getEpochs());
    requirePositive("sweepEpochs", recipe.getSweepEpochs());
    if (recipe.getSchedule() == Schedule.WARMUP_COSINE) {
      requirePositive("cosineEpochs", recipe.getCosineEpochs());
    }
    if (recipe.getWarmupEpochs() < 0) {
      throw new IllegalArgumentException(
          "warmupEpochs (%d) must not be negative".formatted(recipe.getWarmupEpochs()));
    }
    if (!(recipe.getWeightDecay() >= 0 && Double.isFinite(recipe.getWeightDecay()))) {
      throw new IllegalArgumentException(
          "weightDecay (%s) must be 0 or more".formatted(recipe.getWeightDecay()));
    }
    if (!Double.isFinite(recipe.getScale())) {
      throw new IllegalArgumentException("scale (%s) must be finite".formatted(recipe.getScale()));
    }
    requireShare("dropout", recipe.getDropout());
    requireShare("dropPath", recipe.getDropPath());
    return recipe;
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException("%s (%s) must be positive".formatted(name, value));
    }
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException("%s (%s) must be in [0, 1)".formatted(name, value));
    }
  }
}

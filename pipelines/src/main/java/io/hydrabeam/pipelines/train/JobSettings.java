package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.train.TrainerConfig;
import io.hydrabeam.pipelines.fewshot.Shots;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Precision;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Site;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked of a training, apart from the tasks and the backbone.
 *
 * @param methods each trained on every task
 * @param adapters of method HYDRA
 * @param overrides hyper-parameters from the command line; absent fields are the catalog's
 * @param shots training images per class where they are sampled, each trained on; else 0 alone
 * @param seeds each trained on every task
 * @param choice how hyper-parameters and the reported weights are chosen
 * @param normalization of pixels
 * @param precision of the computation
 * @param recipeVersion of the training procedure
 */
public record JobSettings(
    List<Method> methods,
    AdapterSettings adapters,
    Recipe overrides,
    List<Integer> shots,
    List<Long> seeds,
    ChoiceSettings choice,
    Normalization normalization,
    Precision precision,
    int recipeVersion) {

  public JobSettings {
    // A repeated method or seed would be the same job twice.
    methods = List.copyOf(new LinkedHashSet<>(methods));
    shots = List.copyOf(new LinkedHashSet<>(shots));
    seeds = List.copyOf(new LinkedHashSet<>(seeds));
    if (methods.isEmpty() || shots.isEmpty() || seeds.isEmpty()) {
      throw new IllegalArgumentException("method, shots and seeds must name at least one each");
    }
    if (choice.tuning() == Tuning.VAL200 && !choice.grids().keySet().containsAll(methods)) {
      throw new IllegalArgumentException("tuning needs a grid for each method");
    }
    if (choice.tuning() == Tuning.SWEEP
        && (overrides.hasLearningRate() || overrides.hasWeightDecay())) {
      throw new IllegalArgumentException(
          "a sweep chooses learning rate and weight decay: leave --learningRate and --weightDecay"
              + " away, or give --tune=none");
    }
  }

  /**
   * From the command line.
   *
   * @param catalog of the tasks
   * @param ofBackbone normalization that the backbone's own description names, if it does
   */
  static JobSettings from(
      TrainOptions options, Catalog catalog, Optional<Normalization> ofBackbone) {
    Normalization asked = options.getNormalization();
    List<Site> sites = options.getSites();
    Tuning tuning = options.getTune();
    return new JobSettings(
        methods(options),
        new AdapterSettings(
            options.getRank() == null ? OptionalInt.empty() : OptionalInt.of(options.getRank()),
            options.getBranches(),
            sites == null ? List.of() : sites,
            AdapterStart.of(options.getStartAdapter())),
        overrides(options),
        Shots.of(options, catalog),
        options.getSeeds(),
        new ChoiceSettings(
            options.getProtocol(),
            Quirks.parse(options.getQuirks()),
            tuning != null ? tuning : Tuning.of(catalog),
            grids(options)),
        asked != null ? asked : ofBackbone.orElse(Normalization.IMAGENET),
        options.getPrecision(),
        TrainerConfig.RECIPE_VERSION);
  }

  private static List<Method> methods(TrainOptions options) {
    List<Method> asked = options.getMethod();
    return asked == null || asked.isEmpty() ? List.of(Method.HYDRA) : asked;
  }

  private static Recipe overrides(TrainOptions options) {
    Recipe.Builder recipe = Recipe.newBuilder();
    Optional.ofNullable(options.getLearningRate()).ifPresent(recipe::setLearningRate);
    Optional.ofNullable(options.getWeightDecay()).ifPresent(recipe::setWeightDecay);
    Optional.ofNullable(options.getScale()).ifPresent(recipe::setScale);
    Optional.ofNullable(options.getDropout()).ifPresent(recipe::setDropout);
    Optional.ofNullable(options.getBatch()).ifPresent(recipe::setBatch);
    Optional.ofNullable(options.getEpochs()).ifPresent(recipe::setEpochs);
    Optional.ofNullable(options.getDropPath()).ifPresent(recipe::setDropPath);
    return recipe.build();
  }

  private static Map<Method, TuningGrid> grids(TrainOptions options) {
    Map<Method, TuningGrid> grids = new EnumMap<>(Method.class);
    for (Method method : methods(options)) {
      TuningGrid declared = TuningGrid.of(method);
      grids.put(
          method,
          new TuningGrid(
              given(options.getTuneLearningRates(), declared.learningRates()),
              given(options.getTuneScales(), declared.scales())));
    }
    return grids;
  }

  private static List<Double> given(@Nullable List<Double> asked, List<Double> otherwise) {
    return asked == null || asked.isEmpty() ? otherwise : asked;
  }
}

package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.train.TrainerConfig;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Precision;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Site;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked of a training, apart from the tasks and the backbone.
 *
 * @param methods each trained on every task
 * @param rank of the adapters
 * @param branches of the adapters
 * @param sites of the adapters, in the enum's order
 * @param overrides hyper-parameters from the command line; absent fields are the catalog's
 * @param seeds each trained on every task
 * @param protocol how the reported weights are chosen
 * @param tuning whether hyper-parameters are searched
 * @param grids what tuning tries, for each of {@code methods}
 * @param normalization of pixels
 * @param precision of the computation
 * @param recipeVersion of the training procedure
 */
public record JobSettings(
    List<Method> methods,
    int rank,
    Branches branches,
    List<Site> sites,
    Recipe overrides,
    List<Long> seeds,
    Protocol protocol,
    Tuning tuning,
    Map<Method, TuningGrid> grids,
    Normalization normalization,
    Precision precision,
    int recipeVersion) {

  public JobSettings {
    // A repeated method or seed would be the same job twice.
    methods = List.copyOf(new LinkedHashSet<>(methods));
    seeds = List.copyOf(new LinkedHashSet<>(seeds));
    sites = sites.stream().distinct().sorted().toList();
    grids = Map.copyOf(grids);
    if (methods.isEmpty() || seeds.isEmpty() || sites.isEmpty()) {
      throw new IllegalArgumentException("method, seeds and sites must name at least one each");
    }
    if (rank <= 0) {
      throw new IllegalArgumentException("rank (%d) must be positive".formatted(rank));
    }
    if (tuning != Tuning.NONE && !grids.keySet().containsAll(methods)) {
      throw new IllegalArgumentException("tuning needs a grid for each method");
    }
  }

  /**
   * From the command line.
   *
   * @param ofBackbone normalization that the backbone's own description names, if it does
   */
  static JobSettings from(TrainOptions options, Optional<Normalization> ofBackbone) {
    Normalization asked = options.getNormalization();
    return new JobSettings(
        methods(options),
        options.getRank(),
        options.getBranches(),
        options.getSites(),
        overrides(options),
        options.getSeeds(),
        options.getProtocol(),
        options.getTune(),
        grids(options),
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

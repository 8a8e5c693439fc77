package io.hydrabeam.pipelines.train;

import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Recipe;
import java.util.ArrayList;
import java.util.List;

/**
 * The hyper-parameters that {@code --tune=val200} tries: every learning rate with every scale.
 *
 * @param learningRates base rates, tried in this order
 * @param scales adapter scales, tried in this order for each rate; used by methods with adapters
 */
public record TuningGrid(List<Double> learningRates, List<Double> scales) {

  public TuningGrid {
    learningRates = List.copyOf(learningRates);
    scales = List.copyOf(scales);
    if (learningRates.isEmpty() || scales.isEmpty()) {
      throw new IllegalArgumentException("a tuning grid needs a learning rate and a scale");
    }
  }

  /**
   * The declared grid of a method. Hydra: the rates that the original's configurations use, with
   * three scales over their range; a linear probe bears larger rates; training everything needs
   * smaller ones.
   */
  public static TuningGrid of(Method method) {
    return switch (method) {
      case HYDRA -> new TuningGrid(List.of(5e-4, 1e-3, 5e-3), List.of(0.1, 1.0, 4.0));
      case LINEAR -> new TuningGrid(List.of(5e-4, 1e-3, 5e-3, 1e-2, 5e-2), List.of(1.0));
      case FULL -> new TuningGrid(List.of(5e-5, 1e-4, 5e-4, 1e-3), List.of(1.0));
      case UNRECOGNIZED -> throw new IllegalArgumentException("method is not known");
    };
  }

  /**
   * The grid's recipes in order: {@code base} with learning rate and scale replaced, where the
   * command line ({@code fixed}) does not settle them.
   */
  List<Recipe> recipes(Recipe base, Recipe fixed) {
    List<Double> rates = fixed.hasLearningRate() ? List.of(base.getLearningRate()) : learningRates;
    boolean scaled = base.hasScale() && !fixed.hasScale();
    List<Recipe> recipes = new ArrayList<>();
    for (double rate : rates) {
      for (double scale : scaled ? scales : List.of(base.getScale())) {
        Recipe.Builder recipe = base.toBuilder().setLearningRate(rate);
        if (base.hasScale()) {
          recipe.setScale(scale);
        }
        recipes.add(recipe.build());
      }
    }
    return List.copyOf(recipes);
  }
}

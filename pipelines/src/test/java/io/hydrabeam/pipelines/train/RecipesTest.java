package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Optimizer;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Schedule;
import org.junit.jupiter.api.Test;

class RecipesTest {
  private static final Recipe CATALOG =
      Recipe.newBuilder()
          .setLearningRate(5e-3)
          .setScale(4)
          .setDropout(0.2)
          .setBatch(16)
          .setOrigin("published; how they were chosen is unknown")
          .build();
  private static final Recipe NOTHING = Recipe.getDefaultInstance();

  @Test
  void resolve_catalogOnly_takesItsNumbersAndTheOriginalsDefaults() {
    Recipe recipe = Recipes.resolve(Method.HYDRA, NOTHING, CATALOG);
    assertThat(recipe.getLearningRate()).isEqualTo(5e-3);
    assertThat(recipe.getScale()).isEqualTo(4);
    assertThat(recipe.getEpochs()).isEqualTo(100);
    assertThat(recipe.getDropPath()).isEqualTo(0.1);
    assertThat(recipe.getWarmupEpochs()).isEqualTo(10);
    assertThat(recipe.getCosineEpochs()).isEqualTo(500);
    assertThat(recipe.getOrigin()).isEqualTo("published; how they were chosen is unknown");
  }

  @Test
  void resolve_commandLine_winsAndIsNamedInTheOrigin() {
    Recipe asked = Recipe.newBuilder().setLearningRate(1e-2).setEpochs(3).build();
    Recipe recipe = Recipes.resolve(Method.HYDRA, asked, CATALOG);
    assertThat(recipe.getLearningRate()).isEqualTo(1e-2);
    assertThat(recipe.getEpochs()).isEqualTo(3);
    assertThat(recipe.getScale()).isEqualTo(4);
    assertThat(recipe.getOrigin())
        .isEqualTo(
            "command line: learningRate, epochs; others: published; how they were chosen is"
                + " unknown");
  }

  @Test
  void resolve_emptyCatalog_saysThatTheDefaultsAreOurs() {
    assertThat(Recipes.resolve(Method.HYDRA, NOTHING, NOTHING).getOrigin())
        .isEqualTo("this program's defaults");
  }

  @Test
  void resolve_linear_hasNoAdapterNumbersAndNoStochasticDepth() {
    Recipe recipe = Recipes.resolve(Method.LINEAR, NOTHING, CATALOG);
    assertThat(recipe.hasScale()).isFalse();
    assertThat(recipe.hasDropout()).isFalse();
    assertThat(recipe.getDropPath()).isEqualTo(0);
  }

  @Test
  void resolve_linearWithDropPathAsked_hasIt() {
    Recipe asked = Recipe.newBuilder().setDropPath(0.3).build();
    assertThat(Recipes.resolve(Method.LINEAR, asked, CATALOG).getDropPath()).isEqualTo(0.3);
  }

  @Test
  void resolve_constantSchedule_hasNoNumbersOfTheOther() {
    Recipe catalog =
        Recipe.newBuilder().setOptimizer(Optimizer.SGD).setSchedule(Schedule.CONSTANT).build();
    Recipe recipe = Recipes.resolve(Method.HYDRA, NOTHING, catalog);
    assertThat(recipe.hasWarmupEpochs()).isFalse();
    assertThat(recipe.hasCosineEpochs()).isFalse();
    assertThat(recipe.getOptimizer()).isEqualTo(Optimizer.SGD);
  }

  @Test
  void resolve_impossibleNumber_isNamed() {
    Recipe asked = Recipe.newBuilder().setDropout(1).build();
    IllegalArgumentException thrown =
        assertThrows(
            IllegalArgumentException.class, () -> Recipes.resolve(Method.HYDRA, asked, CATALOG));
    assertThat(thrown).hasMessageThat().isEqualTo("dropout (1.0) must be in [0, 1)");
  }

  @Test
  void describe_recipe_isShortAndWithoutOrigin() {
    assertThat(Recipes.describe(CATALOG))
        .isEqualTo("learningRate=0.005 scale=4 dropout=0.2 batch=16");
  }
}

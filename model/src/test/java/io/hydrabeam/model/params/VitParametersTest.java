package io.hydrabeam.model.params;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.TextConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Site;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VitParametersTest {

  @Test
  void count_ofBase16_isThePublishedOne() {
    VitConfig vit = VitConfig.base16();

    assertThat(VitParameters.count(VitParameters.shapes(vit))).isEqualTo(85_798_656);
    for (int classes : new int[] {2, 100, 397}) {
      assertThat(VitParameters.count(VitParameters.headShapes(vit, classes)))
          .isEqualTo(769L * classes);
    }
  }

  @Test
  void count_ofHydraRank2OnBase16_isThePublishedOne() {
    assertThat(
            VitParameters.count(
                HydraParameters.shapes(VitConfig.base16(), HydraConfig.both(2, 1, 0))))
        .isEqualTo(239_712);
  }

  @Test
  void hydraShapes_followBranchesAndSites() {
    HydraConfig hydra = new HydraConfig(3, 1, 0, Branches.SEQUENTIAL, Set.of(Site.MLP));

    var shapes = HydraParameters.shapes(VitConfig.tiny(), hydra);

    String branch = "encoder/block00/mlp/fc2/hydra_sequential/";
    assertThat(shapes.keySet())
        .containsExactly(
            branch + "down/kernel", branch + "down/bias", branch + "up/kernel", branch + "up/bias")
        .inOrder();
    assertThat(shapes.get(branch + "down/kernel")).isEqualTo(new int[] {32, 3});
    assertThat(shapes.get(branch + "up/kernel")).isEqualTo(new int[] {3, 32});
  }

  @Test
  void hydraShapes_parallelBranchOfTheMlpReadsTheHiddenLayer() {
    HydraConfig hydra = new HydraConfig(3, 1, 0, Branches.PARALLEL, Set.of(Site.MLP));

    assertThat(
            HydraParameters.shapes(VitConfig.tiny(), hydra)
                .get("encoder/block00/mlp/fc2/hydra_parallel/down/kernel"))
        .isEqualTo(new int[] {128, 3});
  }

  @Test
  void headShapes_withoutClasses_areRefused() {
    assertThat(
            assertThrows(
                IllegalArgumentException.class,
                () -> VitParameters.headShapes(VitConfig.tiny(), 0)))
        .hasMessageThat()
        .isEqualTo("classes (0) must be positive");
  }

  @ParameterizedTest
  @CsvSource({"32, 87849216", "16, 86192640"})
  void shapes_ofClip_haveThePublishedNumberOfParameters(int patch, long published) {
    VitConfig vit = patch == 32 ? VitConfig.clipBase32() : VitConfig.clipBase16();
    assertThat(VitParameters.count(VitParameters.shapes(vit))).isEqualTo(published);
  }

  @Test
  void shapes_ofHydraOnClip_areThePublishedNumberOfTrainableParameters() {
    VitConfig vit = VitConfig.clipBase32();
    HydraConfig hydra = new HydraConfig(2, 1, 0, Branches.BOTH, Set.of(Site.MLP));
    int classes = 37;

    assertThat(
            VitParameters.count(HydraParameters.shapes(vit, hydra))
                + VitParameters.count(VitParameters.headShapes(vit, classes)))
        .isEqualTo(147504 + 513 * classes);
  }

  @Test
  void shapes_ofClipsTextTower_areTheRestOfThePublishedNumber() {
    long logitScale = 1;
    assertThat(VitParameters.count(TextParameters.shapes(TextConfig.clipBase())) + logitScale)
        .isEqualTo(63_428_097);
  }
}

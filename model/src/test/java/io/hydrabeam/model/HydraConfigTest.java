package io.hydrabeam.model;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Site;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class HydraConfigTest {

  @Test
  void sites_areInTheSameOrderHoweverGiven() {
    for (List<Site> given :
        Arrays.asList(List.of(Site.MLP, Site.ATTENTION), List.of(Site.ATTENTION, Site.MLP))) {
      HydraConfig config = new HydraConfig(2, 1, 0, Branches.BOTH, new LinkedHashSet<>(given));

      assertThat(config.sites()).containsExactly(Site.ATTENTION, Site.MLP).inOrder();
    }
  }
}

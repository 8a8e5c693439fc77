package io.hydrabeam.model.params;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.protos.Site;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which parameters Hydra's adapters add to a transformer, and their shapes. */
public final class HydraParameters {

  /** The sites in the order of the forward pass. */
  private static final List<Site> SITES = List.of(Site.ATTENTION, Site.MLP);

  private HydraParameters() {}

  /**
   * Canonical name to shape of all branches, block by block, parallel before sequential. The map is
   * the caller's.
   *
   * <p>A branch has down kernel {@code [in, rank]}, down bias {@code [rank]}, up kernel {@code
   * [rank, width]}, up bias {@code [width]}; {@code in} is the layer's input width for the parallel
   * branch and its output width, {@code width}, for the sequential one.
   */
  public static Map<String, int[]> shapes(BackboneConfig model, HydraConfig hydra) {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    for (int block = 0; block < model.depth(); block++) {
      for (Site site : SITES) {
        String layer = ParameterName.site(block, site);
        if (hydra.parallelAt(site)) {
          int in = site == Site.MLP ? model.mlpWidth() : model.width();
          putBranch(shapes, ParameterName.parallel(layer), in, hydra.rank(), model.width(), hydra);
        }
        if (hydra.sequentialAt(site)) {
          putBranch(
              shapes,
              ParameterName.sequential(layer),
              model.width(),
              hydra.sequentialRank(),
              model.width(),
              hydra);
        }
      }
    }
    return shapes;
  }

  private static void putBranch(
      Map<String, int[]> shapes, String branch, int in, int rank, int out, HydraConfig hydra) {
    putLinear(shapes, ParameterName.down(branch), in, rank, hydra.bias());
    putLinear(shapes, ParameterName.up(branch), rank, out, hydra.bias());
  }

  private static void putLinear(
      Map<String, int[]> shapes, String scope, int in, int out, boolean bias) {
    EncoderParameters.putDense(shapes, scope, in, out);
    if (!bias) {
      shapes.remove(ParameterName.bias(scope));
    }
  }
}

package io.hydrabeam.model.params;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.protos.Site;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which parameters Hydra's adapters add to a vision transformer, and their shapes. */
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
  public static Map<String, int[]> shapes(VitConfig vit, HydraConfig hydra) {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    for (int block = 0; block < vit.depth(); block++) {
      for (Site site : SITES) {
        String layer = ParameterName.site(block, site);
        if (hydra.parallelAt(site)) {
          int in = site == Site.MLP ? vit.mlpWidth() : vit.width();
          putBranch(shapes, ParameterName.parallel(layer), in, hydra.rank(), vit.width());
        }
        if (hydra.sequentialAt(site)) {
          putBranch(
              shapes, ParameterName.sequential(layer), vit.width(), hydra.rank(), vit.width());
        }
      }
    }
    return shapes;
  }

  private static void putBranch(
      Map<String, int[]> shapes, String branch, int in, int rank, int out) {
    EncoderParameters.putDense(shapes, ParameterName.down(branch), in, rank);
    EncoderParameters.putDense(shapes, ParameterName.up(branch), rank, out);
  }
}

package io.hydrabeam.model;

import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Site;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Hydra's adapters (arXiv 2309.06922, section 3): which low-rank branches stand at which layers.
 *
 * @param rank of every branch
 * @param scale s, multiplies each branch's output, bias included
 * @param dropout on the bottleneck while training, in [0, 1)
 * @param branches parallel (input of the layer), sequential (its output), or both
 * @param sites layers of each block that carry branches; not empty
 */
public record HydraConfig(
    int rank, double scale, double dropout, Branches branches, Set<Site> sites) {

  public HydraConfig {
    if (rank <= 0) {
      throw new IllegalArgumentException("rank (%d) must be positive".formatted(rank));
    }
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException("scale (%s) must be finite".formatted(scale));
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout (%s) must be in [0, 1)".formatted(dropout));
    }
    if (sites.isEmpty()) {
      throw new IllegalArgumentException("sites must name at least one of attention, mlp");
    }
    // Always in the same order: texts made of it must not change from one process to the next.
    sites = Collections.unmodifiableSet(EnumSet.copyOf(sites));
  }

  /** Both branches at both sites, as in the paper's VTAB-1k experiment. */
  public static HydraConfig both(int rank, double scale, double dropout) {
    return new HydraConfig(
        rank, scale, dropout, Branches.BOTH, EnumSet.of(Site.ATTENTION, Site.MLP));
  }

  /** Whether layers at {@code site} have a parallel branch. */
  public boolean parallelAt(Site site) {
    return sites.contains(site) && branches != Branches.SEQUENTIAL;
  }

  /** Whether layers at {@code site} have a sequential branch. */
  public boolean sequentialAt(Site site) {
    return sites.contains(site) && branches != Branches.PARALLEL;
  }
}

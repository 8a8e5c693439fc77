package io.hydrabeam.model;

import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Site;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Hydra's adapters (arXiv 2309.06922, section 3): which low-rank branches stand at which layers.
 *
 * @param rank of parallel branches
 * @param sequentialRank of sequential branches
 * @param scale s, multiplies each branch's output, bias included
 * @param dropout on the bottleneck while training, in [0, 1)
 * @param bias whether branches have biases
 * @param branches parallel (input of the layer), sequential (its output), or both
 * @param sites layers of each block that carry branches; not empty
 */
public record HydraConfig(
    int rank,
    int sequentialRank,
    double scale,
    double dropout,
    boolean bias,
    Branches branches,
    Set<Site> sites) {

  public HydraConfig {
    EncoderConfig.requirePositive("rank", rank);
    EncoderConfig.requirePositive("sequentialRank", sequentialRank);
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

  /** Adapters of one rank, with biases, as in the paper's experiments with images. */
  public HydraConfig(int rank, double scale, double dropout, Branches branches, Set<Site> sites) {
    this(rank, rank, scale, dropout, true, branches, sites);
  }

  /**
   * Linear branches at the MLP's second layer without biases and scale, as in the paper's GLUE
   * experiment, which has ranks 4 and 8.
   */
  public static HydraConfig plain(int rank, int sequentialRank, Branches branches) {
    return new HydraConfig(rank, sequentialRank, 1, 0, false, branches, EnumSet.of(Site.MLP));
  }

  /** Both branches at both sites, as in the paper's VTAB-1k experiment. */
  public static HydraConfig both(int rank, double scale, double dropout) {
    return new HydraConfig(
        rank, scale, dropout, Branches.BOTH, EnumSet.of(Site.ATTENTION, Site.MLP));
  }

  /** The same with other branches. */
  public HydraConfig keeping(Branches kept) {
    return new HydraConfig(rank, sequentialRank, scale, dropout, bias, kept, sites);
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

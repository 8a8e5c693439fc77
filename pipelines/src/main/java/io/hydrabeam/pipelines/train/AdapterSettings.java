package io.hydrabeam.pipelines.train;

import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Site;
import java.util.List;
import java.util.OptionalInt;

/**
 * Where adapters stand, and how wide they are.
 *
 * @param rank of the branches
 * @param branches at every site
 * @param sites asked for, in the enum's order; empty for the recipe's
 * @param start of tasks whose adapters start from another task's
 */
record AdapterSettings(OptionalInt rank, Branches branches, List<Site> sites, AdapterStart start) {

  /** As in the paper's experiments with images. */
  private static final int RANK_DEFAULT = 2;

  /** As in the paper's VTAB-1k experiment. */
  private static final List<Site> SITES_DEFAULT = List.of(Site.ATTENTION, Site.MLP);

  AdapterSettings {
    sites = sites.stream().distinct().sorted().toList();
    rank.ifPresent(AdapterSettings::requirePositive);
  }

  /**
   * Sets a key's fields.
   *
   * @param recipe names the sites where the user did not
   */
  JobKey.Builder addTo(JobKey.Builder key, Recipe recipe) {
    int chosen = rank.orElse(recipe.hasRank() ? recipe.getRank() : RANK_DEFAULT);
    return key.setRank(chosen).setBranches(branches).addAllSite(sites(recipe));
  }

  private static void requirePositive(int rank) {
    if (rank <= 0) {
      throw new IllegalArgumentException("rank (%d) must be positive".formatted(rank));
    }
  }

  private List<Site> sites(Recipe recipe) {
    if (!sites.isEmpty()) {
      return sites;
    }
    return recipe.getSiteCount() == 0
        ? SITES_DEFAULT
        : recipe.getSiteList().stream().distinct().sorted().toList();
  }
}

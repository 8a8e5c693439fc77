package io.hydrabeam.pipelines.report;

import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Site;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the jobs of one row of a table have in common: everything but task and seed.
 * Hyper-parameters may differ by task, so they are part of it only where {@code recipe} says so.
 *
 * @param run name of the run
 * @param key the jobs' key without what belongs to a task or a seed
 * @param recipe hyper-parameters that set this row apart from another; empty where nothing does
 */
public record Setting(String run, JobKey key, Recipe recipe) {

  /** Name of the trait that tells the run. */
  static final String RUN = "run";

  /** The setting of a job. */
  static Setting of(String run, JobKey key) {
    JobKey common =
        key.toBuilder()
            .clearTask()
            .clearTaskVersion()
            .clearClasses()
            .clearDataHash()
            .clearRecipe()
            .clearSeed()
            .build();
    return new Setting(run, common, Recipe.getDefaultInstance());
  }

  /** The same, kept apart by a job's hyper-parameters. */
  Setting withRecipe(Recipe of) {
    return new Setting(run, key, of.toBuilder().clearOrigin().build());
  }

  /** {@code hydra rank 2}, {@code hydra rank 2 parallel mlp}, {@code linear}, {@code full}. */
  public String method() {
    String name = lower(key.getMethod());
    if (key.getMethod() != Method.HYDRA) {
      return name;
    }
    StringBuilder text = new StringBuilder(name).append(" rank ").append(key.getRank());
    switch (key.getBranches()) {
      case PARALLEL, SEQUENTIAL -> text.append(' ').append(lower(key.getBranches()));
      default -> {}
    }
    if (key.getSiteCount() == 1) {
      text.append(' ').append(lower(key.getSite(0))).append(" only");
    }
    return text.toString();
  }

  /** The rule by which the scored weights were chosen: {@code holdout} or {@code paper}. */
  public String protocol() {
    return lower(key.getProtocol());
  }

  /** {@code none} or {@code val200}. */
  public String tuning() {
    return key.getTune();
  }

  /** What else a row may differ by, name to text; shown where rows do differ. */
  Map<String, String> traits() {
    Map<String, String> traits = new LinkedHashMap<>();
    traits.put("normalization", lower(key.getNormalization()));
    traits.put("precision", lower(key.getPrecision()));
    traits.put("backbone", shortHash(key.getBackboneHash()));
    traits.put("recipe version", String.valueOf(key.getRecipeVersion()));
    traits.put(RUN, run);
    recipe
        .getAllFields()
        .forEach((field, value) -> traits.put(field.getJsonName(), value.toString()));
    return traits;
  }

  /** Names of the sites, or {@code -} for methods without adapters. */
  String sites() {
    List<Site> sites = key.getSiteList();
    return sites.isEmpty()
        ? "-"
        : sites.stream().map(Setting::lower).collect(Collectors.joining("+"));
  }

  String branches() {
    return key.getMethod() == Method.HYDRA ? lower(key.getBranches()) : "-";
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String shortHash(String hash) {
    return hash.matches("[0-9a-f]{64}") ? hash.substring(0, 8) : hash;
  }
}

package io.hydrabeam.pipelines.report;

import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Quirk;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Site;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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

  /** What stands for all quirks. */
  static final String ALL_QUIRKS_NAME = "seed";

  private static final Set<Quirk> ALL_QUIRKS = EnumSet.complementOf(EnumSet.of(Quirk.UNRECOGNIZED));

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
            .clearMetric()
            .clearMultilabel()
            .clearRegression()
            .clearHeadHash()
            .clearOrderOffset()
            .clearStartJob()
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

  /** {@code none}, {@code val200} or {@code sweep}. */
  public String tuning() {
    return key.getTune();
  }

  /**
   * The original's mistakes that were switched on, joined by {@code +}; {@code seed} for all of
   * them, {@code none} for none.
   */
  public String quirks() {
    if (key.getQuirkCount() == 0) {
      return "none";
    }
    Set<Quirk> on = EnumSet.copyOf(key.getQuirkList());
    return on.equals(ALL_QUIRKS)
        ? ALL_QUIRKS_NAME
        : on.stream().map(Setting::lower).collect(Collectors.joining("+"));
  }

  /** Training images per class, {@code full} for all, {@code -} where the splits are fixed. */
  public String shots() {
    return switch (key.getShots()) {
      case 0 -> "-";
      case ExampleFolder.ALL_SHOTS -> "full";
      default -> String.valueOf(key.getShots());
    };
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

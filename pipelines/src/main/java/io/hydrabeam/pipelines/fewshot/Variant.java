package io.hydrabeam.pipelines.fewshot;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.protos.Catalog;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * One of a task's training sets, or its hidden records.
 *
 * @param shots images per class; {@link ExampleFolder#ALL_SHOTS} for all; 0 where splits are fixed
 * @param seed of the sample; 0 where none is drawn
 * @param hidden whether it is the records without labels, which no training has to do with
 */
public record Variant(int shots, long seed, boolean hidden) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What is not sampled: the splits of prepared folders, and every test split. */
  public static final Variant FIXED = new Variant(0, 0);

  /** Records without labels. */
  public static final Variant HIDDEN = new Variant(0, 0, true);

  public Variant {
    if (shots <= 0) {
      seed = 0; // Nothing is drawn.
    }
  }

  /** A training set. */
  public Variant(int shots, long seed) {
    this(shots, seed, false);
  }

  /** Those that the options ask for; {@link #FIXED} alone where the catalog's splits are fixed. */
  public static List<Variant> of(SampleOptions options, Catalog catalog) {
    if (!Splits.of(catalog.getLayout()).sampled()) {
      return List.of(FIXED);
    }
    return Shots.of(options, catalog).stream()
        .flatMap(shots -> options.getSeeds().stream().map(seed -> new Variant(shots, seed)))
        .distinct()
        .toList();
  }

  /** The folders that a task gets: {@link #FIXED}, and the sampled ones beside it. */
  public static List<Variant> folders(SampleOptions options, Catalog catalog) {
    List<Variant> folders = new ArrayList<>();
    folders.add(FIXED);
    of(options, catalog).stream().filter(Variant::sampled).forEach(folders::add);
    return folders;
  }

  /** Names of the splits that its folder holds. */
  public List<String> splits(Catalog catalog) {
    if (hidden) {
      return List.of(Splits.HIDDEN);
    }
    Splits names = Splits.of(catalog.getLayout());
    if (!names.sampled()) {
      return names.stored();
    }
    return sampled() ? List.of(names.train(), names.validation()) : List.of(names.test());
  }

  /** Whether it is a sample, or all training images, of a larger pool. */
  public boolean sampled() {
    return shots != 0;
  }

  /** Names its folder; empty for {@link #FIXED}. */
  public String folder() {
    return hidden ? ExampleFolder.HIDDEN : ExampleFolder.variant(shots, seed);
  }

  /** Names it for users; empty for {@link #FIXED}. */
  public String label() {
    if (hidden) {
      return Splits.HIDDEN;
    }
    return switch (shots) {
      case 0 -> "";
      case ExampleFolder.ALL_SHOTS -> "all shots";
      default -> "%d %s, seed %d".formatted(shots, shots == 1 ? "shot" : "shots", seed);
    };
  }
}

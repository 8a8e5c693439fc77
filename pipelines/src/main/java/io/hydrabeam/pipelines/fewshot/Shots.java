package io.hydrabeam.pipelines.fewshot;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.protos.Catalog;
import java.util.List;

/** The numbers of training images per class that are asked for. */
public final class Shots {
  private static final String FULL = "full";
  private static final int DEFAULT = 5;
  private static final int DIGITS_MAX = 6;

  private Shots() {}

  /**
   * Images per class, {@link ExampleFolder#ALL_SHOTS} for all; 0 alone where the catalog's splits
   * are fixed.
   *
   * @throws HydraException if an entry is none, or the splits are fixed and shots are asked for
   */
  public static List<Integer> of(SampleOptions options, Catalog catalog) {
    List<String> given = options.getShots();
    if (!Splits.of(catalog.getLayout()).sampled()) {
      if (given != null) {
        throw HydraException.usage(
            "--shots has no use: the splits of %s are fixed".formatted(catalog.getBenchmark()));
      }
      return List.of(0);
    }
    return given == null
        ? List.of(DEFAULT)
        : given.stream().map(text -> parse(text.strip())).distinct().toList();
  }

  private static int parse(String text) {
    if (text.equals(FULL)) {
      return ExampleFolder.ALL_SHOTS;
    }
    boolean digits =
        !text.isEmpty()
            && text.length() <= DIGITS_MAX
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int shots = digits ? Integer.parseInt(text) : 0;
    if (shots == 0) {
      throw HydraException.usage(
          "--shots has '%s'; expected numbers from 1 or full, separated by commas".formatted(text));
    }
    return shots;
  }
}

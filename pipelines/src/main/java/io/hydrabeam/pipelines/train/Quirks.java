package io.hydrabeam.pipelines.train;

import io.hydrabeam.pipelines.catalog.NearestName;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Quirk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The original's mistakes that {@code --quirks} switches on. */
final class Quirks {
  private static final String NONE = "none";

  /** All of them: what the published numbers were made with. */
  private static final String SEED = "seed";

  private Quirks() {}

  /**
   * Reads the option.
   *
   * @throws HydraException usage, if a name is unknown
   */
  static Set<Quirk> parse(@Nullable List<String> option) {
    EnumSet<Quirk> quirks = EnumSet.noneOf(Quirk.class);
    List<String> names = option == null ? List.of() : option;
    for (String given : names) {
      String name = given.strip().toLowerCase(Locale.ROOT);
      if (name.equals(NONE) || name.equals(SEED)) {
        if (names.size() > 1) {
          throw HydraException.usage("--quirks=%s stands alone, without others".formatted(name));
        }
        quirks.addAll(name.equals(SEED) ? known() : List.of());
      } else {
        quirks.add(
            known().stream()
                .filter(quirk -> spelling(quirk).equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(given)));
      }
    }
    return quirks;
  }

  /**
   * Those that change a job or how it came about; the others are no part of its key.
   *
   * @param key otherwise complete
   */
  static List<Quirk> of(JobKey key, Set<Quirk> asked) {
    boolean swept = key.getTune().equals(Tuning.SWEEP.keyText());
    return known().stream()
        .filter(asked::contains)
        .filter(
            quirk ->
                switch (quirk) {
                  case BATCH_NORM_FROZEN -> key.getRecipe().getBatchNorm();
                  case SWEEP_LEFT_NEIGHBOUR, SHARED_GENERATOR -> swept;
                  case LOST_END_TOKEN -> HeadStart.isText(key);
                  case UNRECOGNIZED -> false;
                })
        .toList();
  }

  private static List<Quirk> known() {
    return Arrays.stream(Quirk.values()).filter(quirk -> quirk != Quirk.UNRECOGNIZED).toList();
  }

  private static String spelling(Quirk quirk) {
    return quirk.name().toLowerCase(Locale.ROOT);
  }

  private static HydraException unknown(String name) {
    List<String> names = new ArrayList<>(List.of(NONE, SEED));
    names.addAll(known().stream().map(Quirks::spelling).collect(Collectors.toList()));
    return HydraException.usage(
        "unknown quirk '%s'%s (known: %s)"
            .formatted(name, NearestName.hint(name, names), String.join(", ", names)));
  }
}

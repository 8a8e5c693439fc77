package io.hydrabeam.pipelines.catalog;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that a misspelt one was meant to be. */
public final class NearestName {

  private NearestName() {}

  /**
   * The candidate with the fewest edits (insertion, deletion, change, swap of neighbours) from
   * {@code name}, ignoring case; empty where even the nearest differs in more than a third of its
   * letters (but two edits are always allowed in names of four letters and more). Of equally near
   * ones the first.
   */
  public static Optional<String> of(String name, Collection<String> candidates) {
    String nearest = null;
    int fewest = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      int edits = edits(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (edits < fewest) {
        fewest = edits;
        nearest = candidate;
      }
    }
    if (nearest == null) {
      return Optional.empty();
    }
    int length = Math.max(name.length(), nearest.length());
    int allowed = Math.max(length >= 4 ? 2 : 1, length / 3);
    return fewest <= allowed ? Optional.of(nearest) : Optional.empty();
  }

  /** The end of an error line: {@code "; did you mean X?"}, or nothing where no name is near. */
  public static String hint(String name, Collection<String> candidates) {
    return of(name, candidates).map(nearest -> "; did you mean " + nearest + "?").orElse("");
  }

  /** Optimal string alignment distance. */
  private static int edits(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      d[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      d[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int change = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(change, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], 1 + d[i - 2][j - 2]);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}

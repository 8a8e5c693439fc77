package io.hydrabeam.pipelines.verify;

import java.util.List;

/**
 * What became of a score, or of what an evaluation says besides its scores.
 *
 * @param what the score, by task, method, seed and job; or a file
 * @param reasons what does not stand or cannot be checked; what was done, if it stands
 * @param images that were recomputed
 */
public record Finding(Verdict verdict, String what, List<String> reasons, int images) {

  /** Whether numbers are to be believed. */
  public enum Verdict {
    /** All that was checked came out as it is stored. */
    OK,
    /** Something is not as it is stored, or as the score names it. */
    WRONG,
    /** What was computed from is gone. */
    UNCHECKED
  }

  public Finding {
    reasons = List.copyOf(reasons);
  }

  /** Of what is wrong on its own, without a look at images. */
  static Finding wrong(String what, String reason) {
    return new Finding(Verdict.WRONG, what, List.of(reason), 0);
  }

  /** One line. Names come from others' files: what a terminal would obey is taken out. */
  @Override
  public String toString() {
    String text =
        "%-9s %s%s %s"
            .formatted(
                verdict, what, verdict == Verdict.OK ? "," : ":", String.join("; ", reasons));
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}

package io.hydrabeam.pipelines.sample;

/**
 * How strokes become a glyph.
 *
 * @param squareness 0 = round arcs, towards 1 = boxy ones
 * @param weight stroke width as a share of the glyph's height
 * @param contrast how much wider upright strokes are than level ones, in [0, 1)
 * @param aspect width over height
 * @param slant shift to the right per unit of height
 * @param serif length of the bars at stroke ends as a share of the height; 0 = none
 * @param shake deviation of hand-drawn points as a share of the height
 * @param segments whether digits are built of seven straight segments
 */
record Typeface(
    double squareness,
    double weight,
    double contrast,
    double aspect,
    double slant,
    double serif,
    double shake,
    boolean segments) {

  /** One of five families, each with weights and slants of its own. */
  static Typeface any(PictureRandom random) {
    double weight = random.between(0.09, 0.2);
    double aspect = random.between(0.5, 0.8);
    double slant = random.between(-0.05, 0.3);
    return switch (random.below(5)) {
      case 0 -> new Typeface(0, weight, 0, aspect, slant, 0, 0, false);
      case 1 -> new Typeface(random.between(0.4, 0.7), weight, 0, aspect, slant, 0, 0, false);
      case 2 -> new Typeface(0, weight, 0.55, aspect, slant * 0.5, 0.12, 0, false);
      case 3 -> new Typeface(0.1, weight * 0.8, 0.1, aspect, slant * 1.5, 0, 0.025, false);
      default -> new Typeface(0, weight * 0.9, 0, aspect, slant * 0.6, 0, 0, true);
    };
  }
}

package io.hydrabeam.pipelines.evaluations;

/**
 * What a model said of a test image.
 *
 * @param key of the image within its split
 * @param labels true classes, ascending; one where images have one label, none of hidden records
 * @param predicted the most probable class; -1 where images have several labels
 * @param probabilities {@code [classes]}; of a regression the predicted number
 * @param number true number of a regression, whose only class is 0; else 0
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; a list would box every probability
public record Prediction(
    String key, int[] labels, int predicted, float[] probabilities, float number) {

  /** Whether this is of a regression: a task of classes has two at least. */
  public boolean isNumber() {
    return probabilities.length == 1;
  }

  /** Of classes. */
  public Prediction(String key, int[] labels, int predicted, float[] probabilities) {
    this(key, labels, predicted, probabilities, 0);
  }
}

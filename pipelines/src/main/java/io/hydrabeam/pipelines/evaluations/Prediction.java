package io.hydrabeam.pipelines.evaluations;

/**
 * What a model said of a test image.
 *
 * @param key of the image within its split
 * @param labels true classes, ascending; one where images have one label
 * @param predicted the most probable class; -1 where images have several labels
 * @param probabilities {@code [classes]}
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; a list would box every probability
public record Prediction(String key, int[] labels, int predicted, float[] probabilities) {}

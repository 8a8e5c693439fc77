package io.hydrabeam.pipelines.sample;

/**
 * A drawn picture. Compared by identity.
 *
 * @param label class, from 0; of a multilabel task the sum of 2^class over its labels
 * @param size side in pixels
 * @param rgb {@code [size, size, 3]} unsigned bytes; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // read at once and dropped; never compared
public record SampleImage(int label, int size, byte[] rgb) {}

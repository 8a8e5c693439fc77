package io.hydrabeam.pipelines.records;

/**
 * A labelled image at the size that the model sees.
 *
 * @param key names the image within its split, as in "images/test/000017.jpg"
 * @param label class, from 0
 * @param height pixels
 * @param width pixels
 * @param rgb [height, width, 3] unsigned bytes; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // identity semantics are meant: images are large
public record ImageRecord(String key, int label, int height, int width, byte[] rgb) {}

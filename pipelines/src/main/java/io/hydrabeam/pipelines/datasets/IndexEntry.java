package io.hydrabeam.pipelines.datasets;

/**
 * An image as an index lists it. Compared by identity.
 *
 * @param where it is listed, as "train.txt:17"
 * @param path below the data set's folder; {@code a.zip@b/c.jpg} is the member b/c.jpg of a.zip
 * @param labels classes, from 0, as listed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record IndexEntry(String where, String path, int[] labels) {}

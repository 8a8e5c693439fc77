package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.protos.ImageDigest;

/**
 * A record ready to be appended to a shard.
 *
 * @param record the tf.Example
 * @param png whether it holds pixels stored as PNG
 * @param contentHash of key, truth and what the model sees
 * @param tokens of a text; 0 for images
 * @param cut whether it is a text that was longer
 * @param digest what identifies it for the search for duplicates
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PreparedRecord(
    byte[] record, boolean png, byte[] contentHash, int tokens, boolean cut, ImageDigest digest) {

  /** Length of a digest: enough that two records never share one by chance. */
  static final int DIGEST_BYTES = 16;
}

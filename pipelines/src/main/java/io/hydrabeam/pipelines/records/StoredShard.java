package io.hydrabeam.pipelines.records;

/**
 * A shard of TFRecords, as its folder's marker records it.
 *
 * @param path of the file, local or gs://
 * @param sha256 of its bytes, hex
 */
public record StoredShard(String path, String sha256) {}

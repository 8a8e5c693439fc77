package io.hydrabeam.pipelines.storage;

/**
 * A file as its folder's marker records it.
 *
 * @param name within the folder
 * @param bytes its length
 * @param sha256 of its contents, hex
 */
public record StoredFile(String name, long bytes, String sha256) {}

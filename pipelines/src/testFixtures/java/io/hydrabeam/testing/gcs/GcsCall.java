package io.hydrabeam.testing.gcs;

import java.util.Optional;

/**
 * A request as the server remembers it.
 *
 * @param object empty where it concerns none; of a copy the new one
 * @param status what was answered, even if the answer was lost
 * @param fault what went wrong on demand
 */
public record GcsCall(
    GcsOperation operation,
    String bucket,
    String object,
    int status,
    Optional<GcsFault> fault) {}

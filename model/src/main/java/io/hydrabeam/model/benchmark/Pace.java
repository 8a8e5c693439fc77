package io.hydrabeam.model.benchmark;

/**
 * How fast jobs of a {@link Workload} go.
 *
 * @param imagesPerSecond of all jobs
 * @param stepSeconds of one job's step, mean
 * @param startSeconds that a job takes before its first step: its graph, and the first run's
 *     preparation
 */
public record Pace(double imagesPerSecond, double stepSeconds, double startSeconds) {}

package io.hydrabeam.model.benchmark;

import java.util.OptionalLong;

/**
 * What was measured of a {@link Workload}, all its jobs together.
 *
 * @param imagesPerSecond of all jobs
 * @param stepMillis median wall time of one job's step
 * @param stepMillisLeast of the fastest step
 * @param stepMillisMost of the slowest step
 * @param flops floating-point operations a second, by the stated formula
 * @param productFlops what plain matrix products of the same number format reach with the same
 *     threads and jobs, measured before and after
 * @param cpuSecondsPerImage of the process
 * @param startSeconds from the start to the end of the first step
 * @param peakBytes most memory that the process held since its start or the last measurement, where
 *     the system tells it
 */
public record Speed(
    double imagesPerSecond,
    double stepMillis,
    double stepMillisLeast,
    double stepMillisMost,
    double flops,
    double productFlops,
    double cpuSecondsPerImage,
    double startSeconds,
    OptionalLong peakBytes) {

  /** {@code flops} of {@code productFlops}, in [0, 1] but for noise. */
  public double productShare() {
    return flops / productFlops;
  }
}

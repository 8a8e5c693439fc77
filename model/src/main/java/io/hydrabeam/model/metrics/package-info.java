/**
 * The benchmarks' metrics as accumulators that can be filled in parts and merged, and the score of
 * parameter efficiency. Start at {@link io.hydrabeam.model.metrics.MetricAccumulator}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.model.metrics;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

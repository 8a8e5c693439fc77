/**
 * The sample benchmark: pictures that are drawn from seeds, the same on every machine. Start at
 * {@link io.hydrabeam.pipelines.sample.SampleTasks}.
 *
 * <p>Only additions, products, quotients, square roots and {@link StrictMath} are used, no fonts
 * and no drawing library, so that every pixel is the same wherever it is drawn.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.sample;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

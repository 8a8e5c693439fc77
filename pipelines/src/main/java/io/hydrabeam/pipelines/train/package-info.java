/**
 * Training: tasks, methods and seeds are expanded into jobs, each job is one Beam element and ends
 * as a committed adapter folder. Start at {@link io.hydrabeam.pipelines.train.TrainPipeline}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.train;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

/**
 * Evaluation: finished jobs are scored on the test splits, shard by shard, with adapters merged
 * into their backbone. Start at {@link io.hydrabeam.pipelines.evaluate.EvaluatePipeline}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.evaluate;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

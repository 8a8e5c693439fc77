/**
 * The first stage: benchmark data to TFRecords. Start at {@link
 * io.hydrabeam.pipelines.preprocess.PreprocessPipeline}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.preprocess;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

/**
 * What every stage shares: options, the error that a user sees, hashes and progress. Start at
 * {@link io.hydrabeam.pipelines.common.HydraException}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.common;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

/**
 * Verification of published scores: what is stored is counted again, random images are recomputed.
 * Start at {@link io.hydrabeam.pipelines.verify.Verification}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.verify;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

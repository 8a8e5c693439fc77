/**
 * Compares two evaluations: whether anything got worse, and how sure that is. Start at {@link
 * io.hydrabeam.pipelines.compare.Comparison}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.compare;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

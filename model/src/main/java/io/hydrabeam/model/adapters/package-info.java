/**
 * Algebra on adapters, without TensorFlow. Start at {@link io.hydrabeam.model.adapters.HydraMerge}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.model.adapters;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

/**
 * Classification with plain (merged) weights. Start at {@link io.hydrabeam.model.infer.Classifier}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.model.infer;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

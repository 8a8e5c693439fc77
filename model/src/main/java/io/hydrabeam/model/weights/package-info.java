/**
 * Weight files: safetensors (read and written) and NumPy's npz (read), checked before anything is
 * allocated. Start at {@link io.hydrabeam.model.weights.WeightFile}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.model.weights;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

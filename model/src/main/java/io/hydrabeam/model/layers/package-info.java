/**
 * The layers of the transformer as graph-building classes; sizes come from the parameters' shapes.
 * Start at {@link io.hydrabeam.model.layers.EncoderBlock}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.model.layers;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

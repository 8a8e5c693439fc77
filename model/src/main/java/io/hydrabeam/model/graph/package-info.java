/**
 * Whole graphs: the transformer, its parameters as variables, the input's normalisation. Start at
 * {@link io.hydrabeam.model.graph.VisionTransformer}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.model.graph;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

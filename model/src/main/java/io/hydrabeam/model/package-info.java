/**
 * The vision transformer, its adapters and their training in TensorFlow Java; knows no Beam. Start
 * at {@link io.hydrabeam.model.graph.VisionTransformer} for the graph, at {@code model.train} for
 * training.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.model;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

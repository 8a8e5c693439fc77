/**
 * Names, shapes and initial values of every parameter, without TensorFlow. Start at {@link
 * io.hydrabeam.model.params.ParameterName} for the names, at {@link
 * io.hydrabeam.model.params.VitParameters} for what a model consists of.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.model.params;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

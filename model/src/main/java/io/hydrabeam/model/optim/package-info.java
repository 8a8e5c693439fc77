/**
 * The optimizers and the learning-rate schedule. Start at {@link
 * io.hydrabeam.model.optim.OptimizerConfig}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.model.optim;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

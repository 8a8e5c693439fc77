/**
 * How fast this machine trains and classifies, measured on what the program itself runs. Start at
 * {@link io.hydrabeam.model.benchmark.SpeedTest}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.model.benchmark;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

/**
 * The launcher: sub-commands, their help, configuration files, exit codes and progress. It knows
 * the runners, and of the stages only how to start them. Start at {@link
 * io.hydrabeam.runners.Hydra}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.runners;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

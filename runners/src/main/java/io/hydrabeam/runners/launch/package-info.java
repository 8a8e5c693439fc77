/**
 * What launches on any engine have in common: the paths that workers need, the jar that they get,
 * the job's name. Start at {@link io.hydrabeam.runners.launch.EngineLaunch}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.runners.launch;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

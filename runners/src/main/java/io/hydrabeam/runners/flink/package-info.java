/**
 * What a launch on Apache Flink needs beyond Beam's runner: sound defaults, the jar for the
 * workers, and checks before work starts. It knows Flink by its REST interface and by the names of
 * options only, so that it compiles without Flink. Start at {@link
 * io.hydrabeam.runners.flink.FlinkLaunch}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.runners.flink;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

/**
 * What a launch on Google Cloud Dataflow needs beyond Beam's runner: sound defaults, the jar for
 * the workers, checks before work starts, and what the service's refusals mean. It knows Dataflow
 * by the names of options and of exceptions only, so that it compiles without the runner. Start at
 * {@link io.hydrabeam.runners.dataflow.DataflowLaunch}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.runners.dataflow;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

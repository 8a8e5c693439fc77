/**
 * Running long jobs on workers: how many at once, how often, and what stays known of those that
 * took their worker down. Start at {@link io.hydrabeam.pipelines.jobs.JobSlots}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.jobs;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

/**
 * The files that ELEVATER's leaderboard and GLUE's server take, checked by their rules before they
 * are written. Start at {@link io.hydrabeam.pipelines.submission.Submissions}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.submission;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

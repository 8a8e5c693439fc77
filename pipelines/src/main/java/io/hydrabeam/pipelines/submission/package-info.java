/**
 * The files that ELEVATER's leaderboard takes, checked by its rules before they are written. Start
 * at {@link io.hydrabeam.pipelines.submission.Submissions}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.submission;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

/**
 * What a report tells, gathered from where evaluation, training and preprocessing left it. Start at
 * {@link io.hydrabeam.pipelines.report.source.ReportSource}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.report.source;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

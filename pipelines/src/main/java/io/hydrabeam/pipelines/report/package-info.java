/**
 * Scores as people read them: the table of settings by tasks with its means, as text, Markdown, CSV
 * and JSON. Start at {@link io.hydrabeam.pipelines.report.ScoreTable}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.report;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

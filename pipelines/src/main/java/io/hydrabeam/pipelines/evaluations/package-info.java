/**
 * Stored evaluations as others read them: comparison, report, verification, and the next
 * evaluation. Start at {@link io.hydrabeam.pipelines.evaluations.EvaluationFolder}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.evaluations;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

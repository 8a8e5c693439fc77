/**
 * Few-shot samples exactly as the ELEVATER benchmark draws them. Start at {@link
 * io.hydrabeam.pipelines.fewshot.FewShotSample}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.fewshot;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

/**
 * Tables of sentences and pairs, as GLUE publishes them, and their rows as records. Start at {@link
 * io.hydrabeam.pipelines.sentences.SentenceFiles}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.sentences;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

/**
 * Texts for CLIP: its tokenizer, prompts, and heads made from class names. Start at {@link
 * io.hydrabeam.model.text.TextHead}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.model.text;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

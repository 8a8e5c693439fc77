/**
 * A trained model for other programs. Start at {@link io.hydrabeam.model.export.SavedModelWriter}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.model.export;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

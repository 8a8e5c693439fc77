/**
 * Pre-trained backbones and trained adapters as files, under the names of the programs that made
 * them. Start at {@link io.hydrabeam.model.checkpoint.Backbone}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.model.checkpoint;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

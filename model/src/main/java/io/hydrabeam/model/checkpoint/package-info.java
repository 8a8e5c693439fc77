/**
 * Backbones and adapters on disk: other programs' names and layouts on one side, canonical
 * parameters on the other, strictly: what is missing, misshapen or unexpected is an error. Start at
 * {@link io.hydrabeam.model.checkpoint.Backbone} and {@link
 * io.hydrabeam.model.checkpoint.AdapterCheckpoint}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.model.checkpoint;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

/** Backbone weights by the name that a user gives. */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.backbones;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

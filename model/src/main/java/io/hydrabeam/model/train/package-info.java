/** Training of one job: the graph, the loop, the state that survives a kill. */
@NullMarked
@CheckReturnValue
package io.hydrabeam.model.train;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

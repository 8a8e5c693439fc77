/**
 * Which images of the published data sets a benchmark's tasks are made of, in the order in which
 * TensorFlow Datasets stores them, and how their labels follow from what is published.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.originals;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

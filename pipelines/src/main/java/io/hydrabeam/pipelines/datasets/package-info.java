/**
 * Data sets that training images are sampled from, as they lie on disk. Start at {@link
 * io.hydrabeam.pipelines.datasets.ImagePool}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.datasets;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

/**
 * Image files to pixels exactly as Pillow gives them: decoding, conversion to RGB, bicubic resize,
 * crop. Start at {@link io.hydrabeam.pipelines.image.ImageDecoder} and {@link
 * io.hydrabeam.pipelines.image.PillowResize}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.image;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

/** Microbenchmarks (JMH) of what handles every image and text; run by {@code -Pjmh}. */
@NullMarked
package io.hydrabeam.pipelines.benchmarks;

import org.jspecify.annotations.NullMarked;

/**
 * Benchmarks as data: the built-in catalogs, a user's own, and the choice of tasks by name. Start
 * at {@link io.hydrabeam.pipelines.catalog.Catalogs}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.catalog;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

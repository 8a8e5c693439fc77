/**
 * What every stage shares: options, the error that a user sees, folders that become visible only
 * when they are complete, hashes and progress. Start at {@link
 * io.hydrabeam.pipelines.common.ArtifactFolder}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.common;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

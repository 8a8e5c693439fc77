/**
 * Files of any file system, and folders of output that become visible only when they are complete.
 * Start at {@link io.hydrabeam.pipelines.storage.ArtifactFolder}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.storage;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

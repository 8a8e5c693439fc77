/**
 * What Cloud Storage (gs://) needs beyond Beam's own file system for it. Nothing of it is loaded
 * before the first gs:// path is used. Start at {@link
 * io.hydrabeam.pipelines.gcs.GcsExclusiveCreate}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.gcs;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

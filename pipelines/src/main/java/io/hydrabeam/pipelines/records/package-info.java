/**
 * Images as they are stored: tf.Example messages in TFRecord files. Start at {@link
 * io.hydrabeam.pipelines.records.ExampleFolder} to read, at {@link
 * io.hydrabeam.pipelines.records.StoredRecords} for a shard.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.records;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.train.StreamedImages;
import io.hydrabeam.pipelines.records.ImageRecord;
import io.hydrabeam.pipelines.records.StoredRecords;
import io.hydrabeam.protos.ImageOptions;
import java.io.IOException;
import java.util.List;

/**
 * Images that stay in their shards: where each one's record lies, some 20 bytes an image.
 *
 * @param shards paths
 * @param shard of each image, an index of {@code shards}
 * @param offset of each image's record, bytes
 * @param options of the data set
 */
@SuppressWarnings("ArrayRecordComponent") // identity semantics are meant: the arrays are large
record StoredImages(List<String> shards, int[] shard, long[] offset, ImageOptions options)
    implements StreamedImages.Reader {

  StoredImages {
    shards = List.copyOf(shards);
  }

  @Override
  public byte[] read(int row) throws IOException {
    return ((ImageRecord) StoredRecords.readAt(shards.get(shard[row]), offset[row], options)).rgb();
  }
}

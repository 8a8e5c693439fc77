package io.hydrabeam.pipelines.report.source;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.image.PillowResize;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.records.ExampleCodec;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.ImageRecord;
import io.hydrabeam.pipelines.records.StoredRecords;
import io.hydrabeam.pipelines.records.StoredShard;
import io.hydrabeam.pipelines.records.TfRecordReader;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.SplitInfo;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where test images lie, by their keys. Only the first shards are looked through, as many as a
 * budget allows, so that a report of a large benchmark does not read all its images.
 */
final class ImagePlaces {
  private static final int RECORD_LIMIT_BYTES = 1 << 29;

  /** Of a thumbnail, pixels. */
  private static final int SIDE = 72;

  private final ImageOptions options;
  private final List<StoredShard> shards;
  private final Map<String, Place> places;
  private final boolean all;

  private record Place(int shard, long offset) {}

  private ImagePlaces(
      ImageOptions options, List<StoredShard> shards, Map<String, Place> places, boolean all) {
    this.options = options;
    this.shards = shards;
    this.places = places;
    this.all = all;
  }

  /**
   * Looks through the first shards of a test split.
   *
   * @param budgetBytes of the shards that are read; the first is read whatever it has
   * @throws IOException if a shard is missing or damaged
   */
  static ImagePlaces of(String examples, DatasetInfo info, long budgetBytes) throws IOException {
    SplitInfo test = ExampleFolder.split(info, Splits.TEST);
    List<StoredShard> shards = ExampleFolder.shards(examples, info, Splits.TEST);
    Map<String, Place> places = new HashMap<>();
    double perImage = (double) test.getBytes() / Math.max(1, test.getImages());
    double left = budgetBytes;
    int shard = 0;
    for (; shard < shards.size(); shard++) {
      double bytes = perImage * test.getShardLength(shard);
      if (shard > 0 && bytes > left) {
        break;
      }
      left -= bytes;
      String path = shards.get(shard).path();
      try (TfRecordReader records =
          new TfRecordReader(Storage.open(path), path, RECORD_LIMIT_BYTES, 0)) {
        long offset = 0;
        for (byte[] record; (record = records.next()) != null; offset = records.offset()) {
          places.put(ExampleCodec.key(record), new Place(shard, offset));
        }
      }
    }
    return new ImagePlaces(info.getImageOptions(), shards, places, shard == shards.size());
  }

  boolean holds(String key) {
    return places.containsKey(key);
  }

  int size() {
    return places.size();
  }

  /** Whether every image of the split was found. */
  boolean isAll() {
    return all;
  }

  /**
   * A small copy of an image that this holds.
   *
   * @throws IOException if its record cannot be read
   */
  RgbImage thumbnail(String key) throws IOException {
    Place place = places.get(key);
    if (place == null) {
      throw new IOException(key + " is not among the images that were looked through");
    }
    ImageRecord record =
        (ImageRecord)
            StoredRecords.readAt(shards.get(place.shard()).path(), place.offset(), options);
    RgbImage image = new RgbImage(record.width(), record.height(), record.rgb());
    return record.width() <= SIDE ? image : PillowResize.resize(image, SIDE, SIDE);
  }
}

package io.hydrabeam.pipelines.report.source;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.image.PillowResize;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.records.ExampleCodec;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.ImageRecord;
import io.hydrabeam.pipelines.records.StoredRecord;
import io.hydrabeam.pipelines.records.StoredRecords;
import io.hydrabeam.pipelines.records.StoredShard;
import io.hydrabeam.pipelines.records.TextCodec;
import io.hydrabeam.pipelines.records.TextRecord;
import io.hydrabeam.pipelines.records.TfRecordReader;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.SplitInfo;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where test records lie, by their keys. Only the first shards are looked through, as many as a
 * budget allows, so that a report of a large benchmark does not read all its images.
 */
final class RecordPlaces {
  private static final int RECORD_LIMIT_BYTES = 1 << 29;

  /** Of a thumbnail, pixels. */
  private static final int SIDE = 72;

  /** Of a sentence, characters. */
  private static final int SENTENCE = 240;

  private final ImageOptions options;
  private final List<StoredShard> shards;
  private final Map<String, Place> places;
  private final boolean all;

  private record Place(int shard, long offset) {}

  private RecordPlaces(
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
  static RecordPlaces of(String examples, DatasetInfo info, long budgetBytes) throws IOException {
    SplitInfo test = ExampleFolder.split(info, Splits.TEST);
    List<StoredShard> shards = ExampleFolder.shards(examples, info, Splits.TEST);
    Map<String, Place> places = new HashMap<>();
    double perRecord = (double) test.getBytes() / Math.max(1, test.getImages());
    double left = budgetBytes;
    int shard = 0;
    for (; shard < shards.size(); shard++) {
      double bytes = perRecord * test.getShardLength(shard);
      if (shard > 0 && bytes > left) {
        break;
      }
      left -= bytes;
      String path = shards.get(shard).path();
      try (TfRecordReader records =
          new TfRecordReader(Storage.open(path), path, RECORD_LIMIT_BYTES, 0)) {
        long offset = 0;
        for (byte[] record; (record = records.next()) != null; offset = records.offset()) {
          String key =
              info.getImageOptions().hasText() ? TextCodec.key(record) : ExampleCodec.key(record);
          places.put(key, new Place(shard, offset));
        }
      }
    }
    return new RecordPlaces(info.getImageOptions(), shards, places, shard == shards.size());
  }

  boolean holds(String key) {
    return places.containsKey(key);
  }

  int size() {
    return places.size();
  }

  /** Whether every record of the split was found. */
  boolean isAll() {
    return all;
  }

  /**
   * A record that this holds, its image small, its sentences short; empty where it cannot be read,
   * which is noted.
   */
  Optional<Shown> find(String key, List<String> notes) {
    try {
      return Optional.of(read(key));
    } catch (IOException e) {
      notes.add("%s %s: %s".formatted(RecordKind.of(options).one(), key, HydraException.reason(e)));
      return Optional.empty();
    }
  }

  private Shown read(String key) throws IOException {
    Place place = places.get(key);
    if (place == null) {
      throw new IOException(key + " is not among the records that were looked through");
    }
    StoredRecord record =
        StoredRecords.readAt(shards.get(place.shard()).path(), place.offset(), options);
    if (record instanceof TextRecord text) {
      return new Shown.Sentences(shorten(text.first()), shorten(text.second()));
    }
    ImageRecord stored = (ImageRecord) record;
    RgbImage image = new RgbImage(stored.width(), stored.height(), stored.rgb());
    return new Shown.Picture(
        stored.width() <= SIDE ? image : PillowResize.resize(image, SIDE, SIDE));
  }

  private static String shorten(String sentence) {
    return sentence.codePointCount(0, sentence.length()) <= SENTENCE
        ? sentence
        : sentence.substring(0, sentence.offsetByCodePoints(0, SENTENCE - 1)) + "…";
  }
}

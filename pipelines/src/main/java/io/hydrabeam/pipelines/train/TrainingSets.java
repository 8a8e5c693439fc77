package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.train.ImagesInMemory;
import io.hydrabeam.model.train.StreamedImages;
import io.hydrabeam.model.train.Targets;
import io.hydrabeam.model.train.TextSet;
import io.hydrabeam.model.train.TrainingSet;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.ImageRecord;
import io.hydrabeam.pipelines.records.StoredRecord;
import io.hydrabeam.pipelines.records.StoredRecords;
import io.hydrabeam.pipelines.records.StoredShard;
import io.hydrabeam.pipelines.records.TextRecord;
import io.hydrabeam.pipelines.storage.DiskSpace;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.SplitInfo;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Training records, decoded once for all jobs of this process that train on the same split at the
 * same time; freed when the last of them is done. Ordered by key, so that neither the number of
 * shards nor the runner that wrote them changes a training.
 */
final class TrainingSets {
  private static final long MEBIBYTE = 1L << 20;
  private static final byte[] NOT_HELD = {};
  private static final Logger LOG = LoggerFactory.getLogger(TrainingSets.class);
  private static final Map<String, Slot> SLOTS = new ConcurrentHashMap<>();

  private final long budgetBytes;

  /** One split; also the lock that makes its second reader wait for the first. */
  private static final class Slot {
    private WeakReference<TrainingSet> set = new WeakReference<>(null);
  }

  /**
   * @param budgetMebibytes largest set that is held in memory; others are read at each step
   */
  TrainingSets(long budgetMebibytes) {
    this.budgetBytes = budgetMebibytes * MEBIBYTE;
  }

  /**
   * The images of a split. Hold on to them as long as they are used: the cache does not.
   *
   * @throws HydraException if there are none
   * @throws IOException if a shard cannot be read or differs from what {@code info} says
   */
  TrainingSet load(String examples, DatasetInfo info, String split) throws IOException {
    SplitInfo of = ExampleFolder.split(info, split);
    // The content hash is empty only in data that no one identified; then nothing is shared.
    Slot slot =
        of.getContentHash().isEmpty()
            ? new Slot()
            : SLOTS.computeIfAbsent(
                info.getDataHash() + "/" + split + "/" + of.getContentHash(), key -> new Slot());
    synchronized (slot) {
      TrainingSet set = slot.set.get();
      if (set == null) {
        set = read(examples, info, split);
        slot.set = new WeakReference<>(set);
      }
      return set;
    }
  }

  private TrainingSet read(String examples, DatasetInfo info, String split) throws IOException {
    long images = ExampleFolder.split(info, split).getImages();
    if (images == 0) {
      throw HydraException.failed("%s/%s has no images".formatted(info.getTask().getName(), split));
    }
    if (info.getImageOptions().hasText()) {
      return texts(info, ExampleFolder.shards(examples, info, split), images);
    }
    int side = info.getImageOptions().getImageSize();
    long bytes = images * side * side * 3;
    List<StoredShard> shards = ExampleFolder.shards(examples, info, split);
    // A Java array, and what a graph is fed with it, ends at 2 GB.
    boolean held = bytes <= budgetBytes && bytes <= Integer.MAX_VALUE - 8;
    List<Place> places = places(info, shards, held);
    if (places.size() != images) {
      throw new IOException(
          "%s/%s has %d images, its marker says %d"
              .formatted(info.getTask().getName(), split, places.size(), images));
    }
    places.sort(Comparator.comparing(Place::key));
    int[][] labels = places.stream().map(Place::labels).toArray(int[][]::new);
    if (held) {
      return new ImagesInMemory(side, join(places, side * side * 3), labels);
    }
    LOG.info(
        "{}/{}: {} decoded are more than --memoryBudget or 2 GB, so its {} images are read at each step",
        info.getTask().getName(),
        split,
        DiskSpace.human(bytes),
        images);
    return new StreamedImages(
        side,
        labels,
        new StoredImages(
            shards.stream().map(StoredShard::path).toList(),
            places.stream().mapToInt(Place::shard).toArray(),
            places.stream().mapToLong(Place::offset).toArray(),
            info.getImageOptions()));
  }

  /** What a training takes of a text; its sentences are for people. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Tokens(String key, int[] ids, int[] labels, float number) {

    static Tokens of(TextRecord text) {
      return new Tokens(text.key(), text.ids(), text.labels(), text.number());
    }
  }

  /** Texts, all in memory, ordered by key. */
  private static TextSet texts(DatasetInfo info, List<StoredShard> shards, long expected)
      throws IOException {
    List<Tokens> texts = new ArrayList<>();
    for (StoredShard shard : shards) {
      try (StoredRecords reader = StoredRecords.open(shard, info.getImageOptions())) {
        for (StoredRecord record; (record = reader.next()) != null; ) {
          texts.add(Tokens.of((TextRecord) record));
        }
      }
    }
    if (texts.size() != expected) {
      throw new IOException(
          "%s has %d training texts, its marker says %d"
              .formatted(info.getTask().getName(), texts.size(), expected));
    }
    texts.sort(Comparator.comparing(Tokens::key));
    int[][] ids = texts.stream().map(Tokens::ids).toArray(int[][]::new);
    return new TextSet(ids, info.getTask().getRegression() ? numbers(texts) : labels(texts));
  }

  private static Targets labels(List<Tokens> texts) {
    return new Targets.Labels(texts.stream().map(Tokens::labels).toArray(int[][]::new));
  }

  private static Targets numbers(List<Tokens> texts) {
    float[] numbers = new float[texts.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = texts.get(i).number();
    }
    return new Targets.Numbers(numbers);
  }

  /**
   * An image and where it lies.
   *
   * @param rgb its pixels, where they are to be held; else empty
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Place(String key, int[] labels, int shard, long offset, byte[] rgb) {}

  /** All images in stored order; every record is read and checked, whether it is held or not. */
  private static List<Place> places(DatasetInfo info, List<StoredShard> shards, boolean held)
      throws IOException {
    int side = info.getImageOptions().getImageSize();
    int classes = info.getTask().getClasses();
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < shards.size(); i++) {
      try (StoredRecords reader = StoredRecords.open(shards.get(i), info.getImageOptions())) {
        long offset = reader.offset();
        for (StoredRecord stored; (stored = reader.next()) != null; offset = reader.offset()) {
          ImageRecord record = (ImageRecord) stored;
          check(record, side, classes, shards.get(i).path());
          places.add(
              new Place(record.key(), record.labels(), i, offset, held ? record.rgb() : NOT_HELD));
        }
      }
    }
    return places;
  }

  private static byte[] join(List<Place> places, int length) {
    byte[] pixels = new byte[Math.multiplyExact(places.size(), length)];
    for (int i = 0; i < places.size(); i++) {
      System.arraycopy(places.get(i).rgb(), 0, pixels, i * length, length);
    }
    return pixels;
  }

  private static void check(ImageRecord record, int side, int classes, String shard)
      throws IOException {
    if (record.height() != side || record.width() != side) {
      throw new IOException(
          "%s: %s is %d×%d, expected %d×%d"
              .formatted(shard, record.key(), record.width(), record.height(), side, side));
    }
    for (int label : record.labels()) {
      if (label < 0 || label >= classes) {
        throw new IOException(
            "%s: %s has label %d, of %d classes".formatted(shard, record.key(), label, classes));
      }
    }
  }
}

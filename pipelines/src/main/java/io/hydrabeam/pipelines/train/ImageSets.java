package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.train.ImageSet;
import io.hydrabeam.pipelines.common.DiskSpace;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.ImageRecord;
import io.hydrabeam.pipelines.records.ImageRecords;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.SplitInfo;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Training images, decoded once for all jobs of this process that train on the same split at the
 * same time; freed when the last of them is done. Ordered by key, so that neither the number of
 * shards nor the runner that wrote them changes a training.
 */
final class ImageSets {
  private static final long MEBIBYTE = 1L << 20;
  private static final Map<String, Slot> SLOTS = new ConcurrentHashMap<>();

  private final long budgetBytes;

  /** One split; also the lock that makes its second reader wait for the first. */
  private static final class Slot {
    private WeakReference<ImageSet> images = new WeakReference<>(null);
  }

  /**
   * @param budgetMebibytes largest set that is loaded
   */
  ImageSets(long budgetMebibytes) {
    this.budgetBytes = budgetMebibytes * MEBIBYTE;
  }

  /**
   * The images of a split. Hold on to them as long as they are used: the cache does not.
   *
   * @throws HydraException if they need more memory than the budget, or there are none
   * @throws IOException if a shard cannot be read or differs from what {@code info} says
   */
  ImageSet load(String examples, DatasetInfo info, String split) throws IOException {
    SplitInfo of = ExampleFolder.split(info, split);
    checkBudget(info, of);
    // The content hash is empty only in data that no one identified; then nothing is shared.
    Slot slot =
        of.getContentHash().isEmpty()
            ? new Slot()
            : SLOTS.computeIfAbsent(
                info.getDataHash() + "/" + split + "/" + of.getContentHash(), key -> new Slot());
    synchronized (slot) {
      ImageSet images = slot.images.get();
      if (images == null) {
        images = read(examples, info, split);
        slot.images = new WeakReference<>(images);
      }
      return images;
    }
  }

  private void checkBudget(DatasetInfo info, SplitInfo split) {
    String name = "%s/%s".formatted(info.getTask().getName(), split.getName());
    if (split.getImages() == 0) {
      throw HydraException.failed(name + " has no images");
    }
    long side = info.getImageOptions().getImageSize();
    long bytes = split.getImages() * side * side * 3;
    if (bytes > budgetBytes || bytes > Integer.MAX_VALUE - 8) {
      throw HydraException.failed(
          "%s has %,d images, %s decoded, more than can be held in memory (--memoryBudget=%d MiB,"
                  .formatted(
                      name, split.getImages(), DiskSpace.human(bytes), budgetBytes / MEBIBYTE)
              + " and never above 2 GB); training from a stream is not part of this version");
    }
  }

  private static ImageSet read(String examples, DatasetInfo info, String split) throws IOException {
    int side = info.getImageOptions().getImageSize();
    List<ImageRecord> records = new ArrayList<>();
    for (String shard : ExampleFolder.shards(examples, info, split)) {
      try (ImageRecords reader = ImageRecords.open(shard, info.getImageOptions())) {
        for (ImageRecord record; (record = reader.next()) != null; ) {
          records.add(check(record, side, info.getTask().getClasses(), shard));
        }
      }
    }
    long expected = ExampleFolder.split(info, split).getImages();
    if (records.size() != expected) {
      throw new IOException(
          "%s/%s has %d images, its marker says %d"
              .formatted(info.getTask().getName(), split, records.size(), expected));
    }
    records.sort(Comparator.comparing(ImageRecord::key));
    int length = side * side * 3;
    byte[] pixels = new byte[Math.multiplyExact(records.size(), length)];
    int[][] labels = new int[records.size()][];
    for (int i = 0; i < labels.length; i++) {
      System.arraycopy(records.get(i).rgb(), 0, pixels, i * length, length);
      labels[i] = records.get(i).labels();
    }
    return new ImageSet(side, pixels, labels);
  }

  private static ImageRecord check(ImageRecord record, int side, int classes, String shard)
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
    return record;
  }
}

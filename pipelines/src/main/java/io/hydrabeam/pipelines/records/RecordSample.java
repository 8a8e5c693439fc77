package io.hydrabeam.pipelines.records;

import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.SplitInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Some of a split's images. A position counts the images of all shards in stored order, from 0,
 * which is the order of the lines of an evaluation's predictions too, where these are not sorted
 * for a leaderboard.
 */
public final class RecordSample {
  private RecordSample() {}

  /** Positions at equal distances over the whole split, ascending; all where there are no more. */
  public static List<Long> spread(long images, int wanted) {
    TreeSet<Long> positions = new TreeSet<>();
    long taken = Math.min(images, wanted);
    for (long i = 0; i < taken; i++) {
      positions.add((2 * i + 1) * images / (2 * taken));
    }
    return List.copyOf(positions);
  }

  /** Positions drawn without replacement, ascending; all where there are no more. */
  public static List<Long> drawn(long images, int wanted, RandomGenerator random) {
    TreeSet<Long> positions = new TreeSet<>();
    // Floyd's algorithm: each subset is as likely as any other, and memory is that of the sample.
    for (long last = Math.max(0, images - wanted); last < images; last++) {
      long draw = random.nextLong(last + 1);
      positions.add(positions.contains(draw) ? last : draw);
    }
    return List.copyOf(positions);
  }

  /**
   * Reads the images at some positions. Shards without any are not opened, records before a
   * position are checked and passed over without decoding.
   *
   * @param examples folder of all TFRecords
   * @param positions ascending
   * @return in the order of the positions
   * @throws IOException with file and offset if a shard is damaged or has too few images
   */
  public static List<StoredRecord> read(
      String examples, DatasetInfo info, String split, List<Long> positions) throws IOException {
    SplitInfo stored = ExampleFolder.split(info, split);
    List<StoredShard> shards = ExampleFolder.shards(examples, info, split);
    List<StoredRecord> images = new ArrayList<>();
    long before = 0;
    int next = 0;
    for (int shard = 0; shard < shards.size() && next < positions.size(); shard++) {
      long end = before + stored.getShardLength(shard);
      if (positions.get(next) < end) {
        try (StoredRecords records =
            StoredRecords.open(shards.get(shard), info.getImageOptions())) {
          long at = before;
          for (; next < positions.size() && positions.get(next) < end; next++) {
            boolean there = true;
            for (; there && at < positions.get(next); at++) {
              there = records.skip();
            }
            StoredRecord image = records.next();
            at++;
            if (image == null) {
              throw new IOException(
                  "%s ends before its image %d, its marker says there are more"
                      .formatted(shards.get(shard).path(), at - before));
            }
            images.add(image);
          }
        }
      }
      before = end;
    }
    if (next < positions.size()) {
      throw new IOException(
          "%s of %s has %d images, there is none at position %d"
              .formatted(split, info.getTask().getName(), before, positions.get(next)));
    }
    return images;
  }
}

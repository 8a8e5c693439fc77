package io.hydrabeam.pipelines.records;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.train.TinyBenchmark;
import io.hydrabeam.protos.DatasetInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordSampleTest {
  private static final int IMAGES = 21;

  @TempDir Path root;

  @Test
  void read_positionsInBothShards_areThoseOfTheWholeSplit() throws IOException {
    DatasetInfo info = info();
    List<Long> every = LongStream.range(0, IMAGES).boxed().toList();
    List<StoredRecord> all = RecordSample.read(examples(), info, Splits.TEST, every);
    List<String> whole = new ArrayList<>();
    for (StoredShard shard : ExampleFolder.shards(examples(), info, Splits.TEST)) {
      try (StoredRecords records = StoredRecords.open(shard, info.getImageOptions())) {
        for (StoredRecord record; (record = records.next()) != null; ) {
          whole.add(record.key());
        }
      }
    }
    assertThat(all.stream().map(StoredRecord::key).toList()).isEqualTo(whole);

    List<Long> some = List.of(0L, 3L, 10L, 11L, 20L);
    assertThat(
            RecordSample.read(examples(), info, Splits.TEST, some).stream()
                .map(StoredRecord::key)
                .toList())
        .isEqualTo(some.stream().map(at -> whole.get(at.intValue())).toList());
  }

  @Test
  void read_positionBehindTheLast_isRefused() throws IOException {
    DatasetInfo info = info();

    assertThat(
            assertThrows(
                IOException.class,
                () -> RecordSample.read(examples(), info, Splits.TEST, List.of(1L, 21L))))
        .hasMessageThat()
        .contains("has 21 images, there is none at position 21");
  }

  @Test
  void spread_hasEqualDistances_andAllOfAFew() {
    assertThat(RecordSample.spread(12, 3)).containsExactly(2L, 6L, 10L).inOrder();
    assertThat(RecordSample.spread(3, 256)).containsExactly(0L, 1L, 2L).inOrder();
    assertThat(RecordSample.spread(0, 256)).isEmpty();
  }

  @Test
  void drawn_everyImageIsAsLikely() {
    SplittableRandom random = new SplittableRandom(1);
    int[] times = new int[10];
    int draws = 10_000;
    for (int i = 0; i < draws; i++) {
      List<Long> positions = RecordSample.drawn(times.length, 3, random);
      assertThat(positions).hasSize(3);
      assertThat(positions).isInStrictOrder();
      positions.forEach(at -> times[at.intValue()]++);
    }
    for (int count : times) {
      // Standard deviation 46.
      assertThat((double) count).isWithin(200).of(0.3 * draws);
    }
    assertThat(RecordSample.drawn(2, 5, random)).containsExactly(0L, 1L).inOrder();
  }

  private String examples() {
    return root.resolve("examples").toString();
  }

  private DatasetInfo info() throws IOException {
    var unused = TinyBenchmark.write(root, Map.of("a", "g"));
    return ExampleFolder.open(examples(), TinyBenchmark.NAME, "a");
  }
}

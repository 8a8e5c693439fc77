package io.hydrabeam.pipelines.evaluate;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.evaluations.EvaluationId;
import io.hydrabeam.pipelines.storage.ArtifactCommit;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.Lease;
import io.hydrabeam.protos.EvaluationResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduledStartTest {
  private static final int STARTS = 1000;
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private static final Schedule NIGHTLY = new Schedule(Duration.ofDays(1), "0123456789abcdef");

  @TempDir Path scores;

  /** Starts yet to come, the next first. */
  private final List<Start> starts = new ArrayList<>();

  private int next;
  private long millis;

  /** How often each folder was committed. */
  private final TreeMap<String, Integer> commits = new TreeMap<>();

  /**
   * A start of the command.
   *
   * @param atMillis true time
   * @param skewMillis by which its clock is wrong
   * @param takesMillis until it commits
   * @param dies before it commits
   */
  private record Start(long atMillis, long skewMillis, long takesMillis, boolean dies) {
    String due() {
      return NIGHTLY.due(Instant.ofEpochMilli(atMillis + skewMillis)).toString();
    }
  }

  /**
   * Missed, overlapping, duplicate and dying starts over most of a year. Without server time every
   * start goes by its own clock; then leases are wrong too.
   */
  @ParameterizedTest
  @ValueSource(longs = {0, 7})
  void run_manyStarts_oneEvaluationInEachPeriodThatHadOne(long skewMinutes) throws IOException {
    long skew = skewMinutes * MINUTE;
    drawStarts(new Random(20260531), skew);
    while (next < starts.size()) {
      begin(starts.get(next++));
    }

    TreeSet<String> due = new TreeSet<>();
    TreeSet<String> possible = new TreeSet<>();
    for (Start start : starts) {
      if (!start.dies()) {
        possible.add(start.due());
        boolean afterADeadOne =
            starts.stream()
                .anyMatch(
                    dead ->
                        dead.dies()
                            && Math.abs(start.atMillis() - dead.atMillis())
                                <= 5 * MINUTE + 2 * skew);
        if (!afterADeadOne) {
          due.add(start.due());
        }
      }
    }
    assertThat(due.size()).isGreaterThan(100);
    assertThat(commits.keySet()).containsAtLeastElementsIn(due);
    assertThat(possible).containsAtLeastElementsIn(commits.keySet());
    assertThat(new TreeSet<>(commits.values())).containsExactly(1);
    List<EvaluationFolder> stored = EvaluationFolder.history(scores.toString(), "tiny").finished();
    assertThat(stored).hasSize(commits.size());
    for (EvaluationFolder folder : stored) {
      ArtifactFolder.at(folder.path()).verify();
      // All of one start.
      assertWithMessage(folder.path())
          .that(Files.readString(Path.of(folder.path(), "scores.json")))
          .isEqualTo(folder.result().getStarted());
    }
  }

  private void drawStarts(Random random, long skew) {
    long first = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    while (starts.size() < STARTS) {
      // About one night in nine is missed; a start is joined by others within minutes, or hours.
      long night = first + random.nextInt(400) * DAY + 2 * 60 * MINUTE;
      if (Math.floorMod(night / DAY, 9) == 0) {
        continue;
      }
      // Some at midnight, where clocks disagree about the day.
      long at = night - (random.nextInt(8) == 0 ? 2 * 60 * MINUTE : 0);
      int others = 1 + random.nextInt(3);
      for (int i = 0; i < others; i++) {
        starts.add(
            new Start(
                at + random.nextInt(12) * MINUTE,
                skew == 0 ? 0 : random.nextLong(-skew, skew),
                random.nextInt(15) * MINUTE + 1,
                random.nextInt(5) == 0));
      }
    }
    starts.subList(STARTS, starts.size()).clear();
    starts.sort(Comparator.comparingLong(Start::atMillis));
  }

  /** Does what one start does; those that come before it commits begin within. */
  private void begin(Start start) throws IOException {
    millis = Math.max(millis, start.atMillis());
    ScheduledStart scheduled =
        new ScheduledStart(NIGHTLY, scores.toString(), folder -> millis + start.skewMillis());
    if (start.dies()) {
      die(start);
      return;
    }
    var unused =
        scheduled.run(
            (id, now) -> {
              ArtifactFolder folder = ArtifactFolder.at(scores.resolve(id.toString()).toString());
              try (ArtifactCommit commit = folder.begin()) {
                String mark = "start %s".formatted(start);
                commit.write("scores.json", mark.getBytes(StandardCharsets.UTF_8));
                long end = millis + start.takesMillis();
                while (next < starts.size() && starts.get(next).atMillis() < end) {
                  begin(starts.get(next++));
                }
                millis = Math.max(millis, end);
                boolean first = commit.commit(result(id, mark));
                commits.merge(id.toString(), first ? 1 : 0, Integer::sum);
              }
              return id;
            });
  }

  /** Leaves a lease and a part of a file. */
  private void die(Start start) throws IOException {
    var unused =
        Lease.acquire(
            scores.resolve(".leases/01234567").toString(),
            Duration.ofMinutes(5),
            folder -> millis + start.skewMillis());
    Path folder = Files.createDirectories(scores.resolve(start.due()));
    Files.writeString(folder.resolve(".part-" + start.hashCode()), "half a file");
  }

  private static EvaluationResult result(EvaluationId id, String mark) {
    return EvaluationResult.newBuilder()
        .setEvaluationId(id.toString())
        .setBenchmark("tiny")
        .setStarted(mark)
        .build();
  }

  @Test
  void due_isThePeriodsStart() {
    EvaluationId id = NIGHTLY.due(Instant.parse("2026-05-31T23:59:59Z"));
    assertThat(id.toString()).isEqualTo("20260531T000000Z-01234567");
  }

  @Test
  void of_noLengthOfTime_isUsage() {
    EvaluateOptions options = PipelineOptionsFactory.as(EvaluateOptions.class);
    assertThat(Schedule.of(options)).isEmpty();
    for (String wrong : List.of("daily", "0h", "24", "-1h", "1.5h")) {
      options.setEvery(wrong);
      HydraException thrown = assertThrows(HydraException.class, () -> Schedule.of(options));
      assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
      assertThat(thrown.line()).contains("--every=" + wrong);
    }
    options.setEvery("90m");
    assertThat(Schedule.of(options).orElseThrow().every()).isEqualTo(Duration.ofMinutes(90));
  }
}

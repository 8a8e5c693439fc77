package io.hydrabeam.pipelines.sample;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.protos.Task;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SampleTasksTest {

  private static final List<String> SAMPLE =
      Catalogs.load(Catalogs.SAMPLE).getTaskList().stream().map(Task::getName).toList();

  @Test
  void tasks_ofTheCatalogs_areDrawnAsTheySay() {
    Stream.of(Catalogs.SAMPLE, Catalogs.SAMPLE_SOURCE)
        .flatMap(benchmark -> Catalogs.load(benchmark).getTaskList().stream())
        .forEach(
            task -> {
              assertThat(SampleTasks.has(task.getName())).isTrue();
              assertThat(SampleTasks.classNames(task.getName())).hasSize(task.getClasses());
              for (String split : Splits.ALL) {
                assertThat(SampleTasks.size(task.getName(), split))
                    .isEqualTo(task.getSplitSizeOrThrow(split));
              }
            });
  }

  @Test
  void tasks_ofTheFewShotCatalog_areDrawnAsTheySay() {
    for (Task task : Catalogs.load(Catalogs.SAMPLE_FEWSHOT).getTaskList()) {
      assertThat(SampleTasks.classNames(task.getName())).hasSize(task.getClasses());
      task.getPublishedSizeMap()
          .forEach(
              (usage, size) -> assertThat(SampleTasks.size(task.getName(), usage)).isEqualTo(size));
    }
  }

  @Test
  void labels_ofThings_areAnySetEquallyOften() {
    Map<List<Integer>, Integer> counts = new HashMap<>();
    for (int i = 0; i < 64; i++) {
      counts.merge(SampleTasks.labels(SampleTasks.SEED, "things", "train", i), 1, Integer::sum);
    }

    assertThat(counts).hasSize(32);
    assertThat(Set.copyOf(counts.values())).containsExactly(2);
    assertThat(counts).containsKey(List.of());
    assertThat(counts).containsKey(List.of(0, 1, 2, 3, 4));
  }

  @Test
  void labels_ofASingleLabelTask_areWhatIsDrawn() {
    for (int i = 0; i < 10; i++) {
      assertThat(SampleTasks.labels(SampleTasks.SEED, "blood", "train", i))
          .containsExactly(SampleTasks.draw("blood", "train", i).label());
    }
  }

  @Test
  void draw_twice_givesTheSameBytes() {
    for (String task : SAMPLE) {
      SampleImage image = SampleTasks.draw(task, "test", 7);
      assertThat(image.size()).isEqualTo(48);
      assertThat(image.rgb()).hasLength(48 * 48 * 3);
      assertThat(image.rgb()).isEqualTo(SampleTasks.draw(task, "test", 7).rgb());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "textures, 84196c4343859307",
    "digits, fd83c7fbe1cf8dab",
    "blood, 75e66ddbceb44cb8",
    "landcover, ca0faafe67b619d2",
    "counting, 04d772a2315a7621",
    "orientation, cd4e2a678fb45ba4",
    "figures, 314088275df44228",
  })
  void draw_firstTwentyTestImages_areTheShippedOnes(String task, String sha256) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int i = 0; i < 20; i++) {
      SampleImage image = SampleTasks.draw(task, "test", i);
      digest.update((byte) image.label());
      digest.update(image.rgb());
    }
    assertWithMessage("pictures changed: raise SampleTasks.GENERATOR_VERSION and measure again")
        .that(HexFormat.of().formatHex(digest.digest()).substring(0, 16))
        .isEqualTo(sha256);
  }

  @Test
  void draw_train800val200_repeatsTheOtherTwo() {
    for (String task : SAMPLE) {
      assertSame(
          SampleTasks.draw(task, "train800", 799), SampleTasks.draw(task, "train800val200", 799));
      assertSame(
          SampleTasks.draw(task, "val200", 0), SampleTasks.draw(task, "train800val200", 800));
    }
  }

  @Test
  void draw_otherSeed_givesOtherPictures() {
    assertThat(SampleTasks.draw(1, "digits", "test", 0).rgb())
        .isNotEqualTo(SampleTasks.draw(2, "digits", "test", 0).rgb());
  }

  @Test
  void draw_splits_shareNoPicture() {
    Set<ByteBuffer> seen = new HashSet<>();
    for (String task : SAMPLE) {
      for (String split : List.of("train800", "val200", "test")) {
        for (int i = 0; i < 100; i++) {
          assertThat(seen.add(ByteBuffer.wrap(SampleTasks.draw(task, split, i).rgb()))).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"train800", "val200", "test"})
  void draw_split_classesAreBalanced(String split) {
    for (String task : SAMPLE) {
      int classes = SampleTasks.classNames(task).size();
      int[] counts = new int[classes];
      int images = 4 * classes;
      for (int i = 0; i < images; i++) {
        counts[SampleTasks.draw(task, split, i).label()]++;
      }
      for (int count : counts) {
        assertThat(count).isEqualTo(4);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"textures", "digits", "blood", "counting", "orientation"})
  void draw_meanAndSpreadOfColour_doNotTellTheClass(String task) {
    int classes = SampleTasks.classNames(task).size();
    double chance = 1.0 / classes;
    assertWithMessage("accuracy of the nearest class mean, chance is %s", chance)
        .that(nearestMeanAccuracy(task, classes, 500, 500))
        .isLessThan(chance + 0.15);
  }

  @ParameterizedTest
  @CsvSource({
    "digits, train800, -1",
    "digits, train800, 800",
    "digits, train, 500",
    "digits, trein, 0",
    "digit, test, 0"
  })
  void draw_outOfRange_isRefused(String task, String split, int index) {
    assertThrows(IllegalArgumentException.class, () -> SampleTasks.draw(task, split, index));
  }

  @Test
  void key_isSplitAndSixDigits() {
    assertThat(SampleTasks.key("val200", 42)).isEqualTo("val200/000042");
  }

  private static void assertSame(SampleImage a, SampleImage b) {
    assertThat(a.label()).isEqualTo(b.label());
    assertThat(a.rgb()).isEqualTo(b.rgb());
  }

  /** Classifies by mean and standard deviation of each colour channel. */
  private static double nearestMeanAccuracy(String task, int classes, int train, int test) {
    double[][] means = new double[classes][6];
    int[] counts = new int[classes];
    for (int i = 0; i < train; i++) {
      SampleImage image = SampleTasks.draw(task, "train800", i);
      double[] statistics = statistics(image.rgb());
      counts[image.label()]++;
      for (int k = 0; k < 6; k++) {
        means[image.label()][k] += statistics[k];
      }
    }
    for (int label = 0; label < classes; label++) {
      for (int k = 0; k < 6; k++) {
        means[label][k] /= counts[label];
      }
    }
    int right = 0;
    for (int i = 0; i < test; i++) {
      SampleImage image = SampleTasks.draw(task, "test", i);
      right += nearest(means, statistics(image.rgb())) == image.label() ? 1 : 0;
    }
    return (double) right / test;
  }

  private static int nearest(double[][] means, double[] statistics) {
    int best = -1;
    double least = Double.MAX_VALUE;
    for (int label = 0; label < means.length; label++) {
      double distance = 0;
      for (int k = 0; k < statistics.length; k++) {
        double d = means[label][k] - statistics[k];
        distance += d * d;
      }
      if (distance < least) {
        least = distance;
        best = label;
      }
    }
    return best;
  }

  private static double[] statistics(byte[] rgb) {
    double[] result = new double[6];
    int pixels = rgb.length / 3;
    for (int i = 0; i < rgb.length; i++) {
      double value = (rgb[i] & 0xff) / 255.0;
      result[i % 3] += value / pixels;
      result[3 + i % 3] += value * value / pixels;
    }
    for (int k = 0; k < 3; k++) {
      result[3 + k] = Math.sqrt(Math.max(0, result[3 + k] - result[k] * result[k]));
    }
    return result;
  }
}

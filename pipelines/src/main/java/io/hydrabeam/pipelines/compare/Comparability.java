package io.hydrabeam.pipelines.compare;

import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Score;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Whether two scores mean the same: data, preprocessing, protocol, quirks and the task's version.
 * Method, hyper-parameters and backbone may differ: they are what is compared.
 */
final class Comparability {
  private static final int HASH_DIGITS = 12;

  private final Set<String> differences = new LinkedHashSet<>();

  private Comparability() {}

  /** What differs, a line each with both values; empty where all may be compared. */
  static List<String> differences(List<TaskPairs> tasks) {
    Comparability all = new Comparability();
    tasks.forEach(task -> task.pairs().forEach(all::compare));
    return List.copyOf(all.differences);
  }

  private void compare(SeedPair pair) {
    Score before = pair.baseline();
    Score after = pair.candidate();
    JobKey a = before.getJob();
    JobKey b = after.getJob();
    String task = a.getTask();
    differ(task, "task version", a.getTaskVersion(), b.getTaskVersion());
    differ(task, "classes", a.getClasses(), b.getClasses());
    differ(task, "metric", lower(a.getMetric()), lower(b.getMetric()));
    differ(task, "test data", hash(before.getTestHash()), hash(after.getTestHash()));
    if (a.getShots() == 0 || a.getSeed() == b.getSeed()) {
      // A seed of few-shot data draws the training images too.
      differ(task, "data", hash(a.getDataHash()), hash(b.getDataHash()));
    }
    differ(task, "shots", a.getShots(), b.getShots());
    if (before.hasImageOptions() && after.hasImageOptions()) {
      differ(
          task, "preprocessing", images(before.getImageOptions()), images(after.getImageOptions()));
    }
    differ(task, "normalization", lower(a.getNormalization()), lower(b.getNormalization()));
    differ(task, "protocol", lower(a.getProtocol()), lower(b.getProtocol()));
    differ(task, "quirks", a.getQuirkList(), b.getQuirkList());
  }

  private void differ(String task, String what, Object baseline, Object candidate) {
    if (!Objects.equals(baseline, candidate)) {
      differences.add(
          "%s: %s %s in the baseline, %s in the candidate"
              .formatted(task, what, baseline, candidate));
    }
  }

  private static String images(ImageOptions options) {
    return "%d pixels, %s".formatted(options.getImageSize(), lower(options.getResize()));
  }

  private static String hash(String hash) {
    return hash.length() <= HASH_DIGITS ? hash : hash.substring(0, HASH_DIGITS);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}

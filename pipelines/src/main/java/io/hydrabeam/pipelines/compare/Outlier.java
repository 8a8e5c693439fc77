package io.hydrabeam.pipelines.compare;

import io.hydrabeam.protos.Score;
import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * The retrained adapter that lies farthest below what the baseline's seeds scatter. One adapter
 * that is spoiled widens the interval of the mean so far that the mean tells nothing; here it
 * stands against the others' spread: a new value of a normal distribution of which n are known has
 * {@code (x − mean) / (s·sqrt(1 + 1/n))} of Student's t distribution with n − 1 degrees of freedom.
 *
 * @param seed of the candidate
 * @param points below the baseline's mean
 * @param p how probable it is that the lowest of so many seeds lies there by chance
 */
public record Outlier(long seed, double points, double p) {

  /**
   * Looks at every candidate.
   *
   * @param baseline all scores of the task, at least two
   * @param candidates at least one
   */
  static Outlier farthest(List<Score> baseline, List<Score> candidates) {
    double mean = mean(baseline);
    double squares = baseline.stream().mapToDouble(each -> square(each.getScore() - mean)).sum();
    int n = baseline.size();
    double deviation = Math.sqrt(squares / (n - 1));
    Score lowest = candidates.get(0);
    for (Score candidate : candidates) {
      lowest = candidate.getScore() < lowest.getScore() ? candidate : lowest;
    }
    double scale = Math.max(deviation, ofImages(mean, lowest)) * Math.sqrt(1 + 1.0 / n);
    double p =
        new TDistribution(null, n - 1).cumulativeProbability((lowest.getScore() - mean) / scale);
    return new Outlier(
        lowest.getJob().getSeed(),
        SeedPair.POINTS * (mean - lowest.getScore()),
        Math.min(1, candidates.size() * p));
  }

  /**
   * Deviation of a share of so many images: seeds that agree by chance scatter by that at least.
   */
  private static double ofImages(double mean, Score lowest) {
    double share = (mean + lowest.getScore()) / 2;
    double images = Math.max(1, lowest.getImages());
    return Math.max(Math.sqrt(share * (1 - share) / images), 1 / images);
  }

  private static double mean(List<Score> scores) {
    return scores.stream().mapToDouble(Score::getScore).average().orElseThrow();
  }

  private static double square(double value) {
    return value * value;
  }
}

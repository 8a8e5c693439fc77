package io.hydrabeam.testing.gcs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/** The faults that are still to happen. */
final class GcsFaults {

  private static final class Rule {
    private final Predicate<GcsRequest> which;
    private final Random random;
    private final double share;
    private final List<GcsFault> faults;
    private int left;

    Rule(
        Predicate<GcsRequest> which, Random random, double share, List<GcsFault> faults, int left) {
      this.which = which;
      this.random = random;
      this.share = share;
      this.faults = faults;
      this.left = left;
    }
  }

  private final List<Rule> rules = new ArrayList<>();
  private int happened;

  synchronized void add(int times, Predicate<GcsRequest> which, GcsFault fault) {
    rules.add(new Rule(which, new Random(0), 1, List.of(fault), times));
  }

  synchronized void addRandom(
      long seed, double share, int most, Predicate<GcsRequest> which, List<GcsFault> faults) {
    rules.add(new Rule(which, new Random(seed), share, List.copyOf(faults), most));
  }

  synchronized void clear() {
    rules.clear();
  }

  /** How many have happened since the server's start. */
  synchronized int happened() {
    return happened;
  }

  synchronized Optional<GcsFault> next(GcsRequest request) {
    for (Rule rule : rules) {
      if (rule.left > 0 && rule.which.test(request) && rule.random.nextDouble() < rule.share) {
        rule.left--;
        happened++;
        return Optional.of(rule.faults.get(rule.random.nextInt(rule.faults.size())));
      }
    }
    return Optional.empty();
  }
}

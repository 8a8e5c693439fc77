package io.hydrabeam.runners;

import io.hydrabeam.pipelines.common.BaselineOptions;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.compare.Comparison;
import io.hydrabeam.pipelines.compare.Flip;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.EvaluationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A comparison that was asked for; its baseline is read before anything else is done.
 *
 * @param fails whether a regression is to be the exit code
 */
record BaselineCheck(EvaluationFolder baseline, Comparison.Request request, boolean fails) {

  /** Points that a task may lose where none are given. */
  private static final double MARGIN_DEFAULT = 0.5;

  /** Of an evaluation that is still to be made. */
  static Optional<BaselineCheck> of(BaselineOptions options, Catalog catalog) {
    Optional<BaselineCheck> check = of(options);
    check.ifPresent(
        found ->
            Comparison.requireSameBenchmark(
                found.baseline.result(),
                EvaluationResult.newBuilder().setBenchmark(catalog.getBenchmark()).build()));
    return check;
  }

  /**
   * What the options ask for; empty without a baseline.
   *
   * @throws HydraException usage, if the baseline is gone, unfinished or not whole
   */
  static Optional<BaselineCheck> of(BaselineOptions options) {
    Double points = options.getFailOnRegression();
    String baseline = options.getBaseline();
    if (baseline == null) {
      if (points != null) {
        throw HydraException.usage("--failOnRegression needs a --baseline to compare with");
      }
      return Optional.empty();
    }
    Comparison.Request request =
        new Comparison.Request(points == null ? MARGIN_DEFAULT : points, options.isAnyway());
    return Optional.of(new BaselineCheck(EvaluationFolder.open(baseline), request, points != null));
  }

  /**
   * Compares a finished evaluation and prints what was found.
   *
   * @param soFar exit code of what was done before
   * @param candidate folder of the evaluation; empty if there was none to make
   * @return the exit code of all together
   */
  int exitCode(int soFar, String candidate, Terminal terminal) {
    return soFar == HydraException.FAILED || candidate.isEmpty()
        ? soFar
        : Math.max(soFar, exitCode(candidate, flip -> {}, terminal));
  }

  /**
   * Compares and prints.
   *
   * @param all is told of every image with another class
   */
  int exitCode(String candidate, Consumer<Flip> all, Terminal terminal) {
    EvaluationFolder other = EvaluationFolder.open(candidate);
    List<Flip> shown = new ArrayList<>();
    Comparison comparison =
        Comparison.of(
            baseline,
            other,
            request,
            flip -> {
              if (shown.size() < ComparisonText.FLIPS_SHOWN) {
                shown.add(flip);
              }
              all.accept(flip);
            });
    terminal.out().print(ComparisonText.of(baseline, other, request, comparison, shown));
    terminal.out().flush();
    comparison.missing().forEach(line -> terminal.err().println("not compared: " + line));
    comparison.regressions().forEach(line -> terminal.err().println("regression: " + line));
    terminal.err().flush();
    if (fails && !comparison.regressions().isEmpty()) {
      return HydraException.REGRESSION;
    }
    return comparison.missing().isEmpty() ? 0 : HydraException.PARTIAL;
  }
}

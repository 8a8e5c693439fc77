package io.hydrabeam.model.benchmark;

import io.hydrabeam.model.ImageSamples;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.Samples;
import io.hydrabeam.model.TextSamples;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.model.optim.OptimizerConfig;
import io.hydrabeam.model.params.Initializers;
import io.hydrabeam.model.train.EpochConfig;
import io.hydrabeam.model.train.EpochRecord;
import io.hydrabeam.model.train.HeadConfig;
import io.hydrabeam.model.train.ImagesInMemory;
import io.hydrabeam.model.train.ResumeStore;
import io.hydrabeam.model.train.Targets;
import io.hydrabeam.model.train.TextSet;
import io.hydrabeam.model.train.Trainer;
import io.hydrabeam.model.train.TrainerConfig;
import io.hydrabeam.model.train.TrainingGraphs;
import io.hydrabeam.model.train.TrainingInputs;
import io.hydrabeam.model.train.TrainingSet;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;

/**
 * Measures a {@link Workload} with the classes that users' jobs run in, {@link Trainer} and {@link
 * Classifier}, on random weights and records. Jobs begin together after their warm-up.
 */
public final class SpeedTest {

  private static final long SEED = 20230913;
  private static final double LEARNING_RATE = 1e-3;
  private static final double DROP_PATH = 0.1;
  private static final double BODY_DROPOUT = 0.1;

  private final Workload workload;
  private final Backbone backbone;
  private final Samples samples;

  private SpeedTest(Workload workload) {
    this.workload = workload;
    this.backbone = Backbone.random(workload.model(), SEED);
    this.samples = samples(workload);
  }

  private static Samples samples(Workload workload) {
    Random random = new Random(SEED);
    if (workload.model() instanceof RobertaConfig roberta) {
      int[][] ids = new int[workload.batch()][];
      Arrays.setAll(ids, i -> random.ints(workload.tokens(), 0, roberta.vocabulary()).toArray());
      return new TextSamples(ids);
    }
    int side = workload.model().vision().imageSize();
    byte[] pixels = new byte[workload.batch() * side * side * 3];
    random.nextBytes(pixels);
    return new ImageSamples(side, pixels, workload.batch());
  }

  private TrainingSet trainingSet(int[][] labels) {
    return samples instanceof TextSamples texts
        ? new TextSet(texts.ids(), new Targets.Labels(labels))
        : new ImagesInMemory(
            workload.model().vision().imageSize(), ((ImageSamples) samples).pixels(), labels);
  }

  /**
   * Times of a job's steps.
   *
   * @param first seconds from its start to the end of its first step
   * @param cpuBegan CPU seconds of the process when the measured steps began
   * @param cpuEnded and when they ended
   * @param steps seconds of each measured step
   */
  private record Times(double first, double cpuBegan, double cpuEnded, List<Double> steps) {}

  /**
   * Measures.
   *
   * @throws IllegalStateException if a job fails
   */
  public static Speed measure(Workload workload, Workload.Kind kind) throws InterruptedException {
    double before = ProductRate.measure(workload);
    ProcessUsage.forgetPeak();
    List<Times> times = times(workload, kind);
    double cpu =
        times.stream().mapToDouble(Times::cpuEnded).max().orElseThrow()
            - times.stream().mapToDouble(Times::cpuBegan).min().orElseThrow();
    OptionalLong peak = ProcessUsage.peakBytes();
    double after = ProductRate.measure(workload);
    double[] steps =
        times.stream()
            .flatMap(each -> each.steps().stream())
            .mapToDouble(seconds -> seconds)
            .sorted()
            .toArray();
    double images = imagesPerSecond(workload, times);
    return new Speed(
        images,
        1e3 * steps[steps.length / 2],
        1e3 * steps[0],
        1e3 * steps[steps.length - 1],
        images * workload.imageOperations(kind),
        (before + after) / 2,
        cpu / (workload.batch() * workload.steps() * workload.jobs()),
        firstStep(times),
        peak);
  }

  /**
   * What an estimate of other work needs, without the rate of plain products.
   *
   * @throws IllegalStateException if a job fails
   */
  public static Pace pace(Workload workload, Workload.Kind kind) throws InterruptedException {
    List<Times> times = times(workload, kind);
    double images = imagesPerSecond(workload, times);
    double step = workload.batch() * workload.jobs() / images;
    return new Pace(images, step, Math.max(0, firstStep(times) - step));
  }

  private static List<Times> times(Workload workload, Workload.Kind kind)
      throws InterruptedException {
    SpeedTest test = new SpeedTest(workload);
    return SideBySide.run(
        workload.jobs(),
        kind == Workload.Kind.TRAIN
            ? (job, start) -> test.train(start)
            : (job, start) -> test.evaluate(start));
  }

  private static double imagesPerSecond(Workload workload, List<Times> times) {
    return times.stream()
        .mapToDouble(
            each ->
                workload.batch()
                    * workload.steps()
                    / each.steps().stream().mapToDouble(seconds -> seconds).sum())
        .sum();
  }

  private static double firstStep(List<Times> times) {
    return times.stream().mapToDouble(Times::first).max().orElseThrow();
  }

  /** An epoch is a step here, as a training tells how long its epochs take. */
  private Times train(SideBySide.Start start) throws Exception {
    boolean texts = samples instanceof TextSamples;
    int[][] labels = new int[workload.batch()][];
    Arrays.setAll(labels, i -> new int[] {i % workload.classes()});
    TrainerConfig config =
        new TrainerConfig(
            workload.model(),
            workload.method(),
            workload.hydra(),
            HeadConfig.plain(workload.classes()),
            OptimizerConfig.adamW(LEARNING_RATE, 0),
            new EpochConfig(workload.warmUp() + workload.steps(), workload.batch(), false, 0, 0),
            texts ? 0 : DROP_PATH,
            // A head alone is trained on features that are computed once.
            texts && workload.method() != Method.LINEAR ? BODY_DROPOUT : 0,
            Normalization.IMAGENET,
            workload.precision(),
            SEED);
    Stopwatch watch = new Stopwatch(start);
    try (TrainingGraphs graphs = TrainingGraphs.single(workload.runtime())) {
      var unused =
          Trainer.train(
              config,
              TrainingInputs.of(backbone, trainingSet(labels)),
              null,
              ResumeStore.none(),
              watch::epoch,
              graphs);
    }
    return watch.times();
  }

  private Times evaluate(SideBySide.Start start) throws InterruptedException {
    Map<String, HostTensor> parameters = new HashMap<>(backbone.parameters());
    parameters.putAll(Initializers.head(workload.model(), workload.classes(), SEED));
    Stopwatch watch = new Stopwatch(start);
    try (Classifier classifier =
        Classifier.open(
            workload.model(),
            parameters,
            Normalization.IMAGENET,
            workload.precision(),
            workload.batch(),
            workload.runtime())) {
      for (int i = 0; i < workload.warmUp() + workload.steps(); i++) {
        long began = System.nanoTime();
        var unused = classifier.probabilities(samples);
        watch.step(i, (System.nanoTime() - began) / 1e9);
      }
    }
    return watch.times();
  }

  /** Takes the times of one job, and lets it wait for the others after the warm-up. */
  private final class Stopwatch {

    private final SideBySide.Start start;
    private final long made = System.nanoTime();
    private final List<Double> steps = new ArrayList<>();
    private double first;
    private double cpuBegan;
    private double cpuEnded;

    Stopwatch(SideBySide.Start start) {
      this.start = start;
    }

    void epoch(EpochRecord epoch) {
      try {
        step(epoch.epoch(), epoch.seconds());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void step(int number, double seconds) throws InterruptedException {
      if (number == 0) {
        first = (System.nanoTime() - made) / 1e9;
      }
      if (number >= workload.warmUp()) {
        steps.add(seconds);
        cpuEnded = ProcessUsage.cpuSeconds();
      } else if (number == workload.warmUp() - 1) {
        start.await();
        cpuBegan = ProcessUsage.cpuSeconds();
      }
    }

    Times times() {
      return new Times(first, cpuBegan, cpuEnded, List.copyOf(steps));
    }
  }
}

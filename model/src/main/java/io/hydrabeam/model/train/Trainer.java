package io.hydrabeam.model.train;

import io.hydrabeam.model.Samples;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.graph.FlatLayout;
import io.hydrabeam.model.graph.FrozenTensors;
import io.hydrabeam.model.params.BackboneParameters;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.protos.Method;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Tensor;

/**
 * Trains jobs as the original does: shuffled batches, one update of everything that is trained for
 * each.
 *
 * <p>The result is a function of configuration, weights, images, device and number of threads: on
 * the CPU the same call gives the same bytes, also if it was killed in between and resumed.
 *
 * <p>Several jobs can be stacked in one graph, where they share the frozen backbone's products;
 * each gets the result that it gets alone, but for the last bits of its numbers, and how one of
 * them ends touches no other.
 *
 * <p>Cost per step: a forward and backward pass of {@code batch} images of each job; memory: the
 * images (uint8, unless they are streamed) and the frozen weights once, and for each job four
 * copies of what is trained and a batch's activations.
 */
public final class Trainer {

  /** A graph and its session besides what they hold; 3 MB were measured for the smallest. */
  private static final long GRAPH_BYTES = 16L << 20;

  /** Records per scoring run: enough to fill the matrix products, small enough for memory. */
  private static final int SCORING_BATCH = 32;

  /** Records that are copied at once to compute their features: whole scoring runs. */
  private static final int FEATURE_CHUNK = 8 * SCORING_BATCH;

  /** A state is stored when this share of time is kept free for training. */
  private static final int STORE_COST_FACTOR = 20;

  private static final double STORE_MIN_SECONDS = 2;

  /** The jobs of a stack, all at the same epoch. */
  private final List<JobProgress> jobs;

  /** What they have in common is that of the first. */
  private final TrainerConfig config;

  private final Backbone backbone;
  private final TrainingSet set;
  private final FlatLayout layout;
  private final Map<String, int[]> frozenShapes;

  private Trainer(List<JobProgress> jobs, FlatLayout layout) {
    Training first = jobs.get(0).training();
    this.jobs = jobs;
    this.config = first.config();
    this.backbone = first.inputs().backbone();
    this.set = first.inputs().set();
    this.layout = layout;
    this.frozenShapes =
        config.method() == Method.FULL ? Map.of() : BackboneParameters.shapes(config.model());
  }

  /**
   * Trains to the end, from the stored state if there is one.
   *
   * @param evaluation scores epochs; null if and only if {@code evalEveryEpochs} is 0
   * @param listener is told of every epoch that is done now
   * @throws TrainingFailedException if the training diverged before an epoch was scored, or a
   *     frozen weight moved
   * @throws InterruptedException if the thread was interrupted; the state is stored
   * @throws IllegalArgumentException if configuration, weights and images do not fit
   */
  public static TrainingResult train(
      TrainerConfig config,
      TrainingInputs inputs,
      @Nullable Evaluation evaluation,
      ResumeStore store,
      Consumer<EpochRecord> listener,
      TrainingGraphs graphs)
      throws IOException, TrainingFailedException, InterruptedException {
    Training training = new Training(config, inputs, evaluation, store, listener);
    return trainStacked(List.of(training), graphs).get(0).get();
  }

  /**
   * Trains jobs to their ends, stacked in one graph; those that go on from different epochs in one
   * for each epoch, one after the other.
   *
   * @param trainings that differ in learning rate, weight decay, order and seed only, on the same
   *     images
   * @return how they ended, in the order given
   * @throws TrainingFailedException if a frozen weight moved
   * @throws IOException if images or weights cannot be read
   * @throws InterruptedException if the thread was interrupted; the states are stored
   * @throws IllegalArgumentException if configurations, weights and images do not fit
   */
  public static List<TrainingOutcome> trainStacked(List<Training> trainings, TrainingGraphs graphs)
      throws IOException, TrainingFailedException, InterruptedException {
    Training first = trainings.get(0);
    FlatLayout layout = new FlatLayout(TrainedParameters.shapes(first.config()));
    List<JobProgress> all = new ArrayList<>();
    Map<Integer, List<JobProgress>> byEpoch = new TreeMap<>();
    for (Training training : trainings) {
      training.requireFit();
      if (!training.stacksWith(first)) {
        throw new IllegalArgumentException(
            "stacked trainings may differ in learning rate, weight decay, order and seed only: %s, %s"
                .formatted(first.config(), training.config()));
      }
      float[] trained =
          layout.join(TrainedParameters.initial(training.config(), training.inputs()));
      JobProgress progress =
          JobProgress.begin(training, TrainingState.initialTensors(training.config(), trained));
      all.add(progress);
      byEpoch
          .computeIfAbsent(progress.start().nextEpoch(), epoch -> new ArrayList<>())
          .add(progress);
    }
    Map<JobProgress, TrainingOutcome> outcomes = new LinkedHashMap<>();
    for (List<JobProgress> stack : byEpoch.values()) {
      List<TrainingOutcome> ends = new Trainer(stack, layout).run(graphs);
      for (int job = 0; job < ends.size(); job++) {
        outcomes.put(stack.get(job), ends.get(job));
      }
    }
    return all.stream().map(outcomes::get).toList();
  }

  /** Number of floats that a configuration trains. */
  public static long trainableParameters(TrainerConfig config) {
    return VitParameters.count(TrainedParameters.shapes(config));
  }

  private List<TrainingOutcome> run(TrainingGraphs graphs)
      throws IOException, TrainingFailedException, InterruptedException {
    Evaluation evaluation = jobs.get(0).training().evaluation();
    int scoringBatch =
        evaluation == null ? SCORING_BATCH : (int) Math.min(SCORING_BATCH, evaluation.images());
    TrainingGraphs.Key key =
        new TrainingGraphs.Key(config.ofGraph(), backbone.hash(), set, scoringBatch, jobs.size());
    TrainingGraph graph = graphs.take(key, runtime -> make(scoringBatch, runtime));
    boolean unharmed = false;
    try {
      graph.setSeeds(jobs.stream().mapToLong(job -> job.training().config().seed()).toArray());
      graph.setStates(jobs.stream().map(job -> job.start().tensors()).toList());
      runEpochs(graph);
      String frozenHash = frozenShapes.isEmpty() ? "" : checkFrozen(graph);
      List<TrainingOutcome> outcomes = new ArrayList<>();
      for (int job = 0; job < jobs.size(); job++) {
        outcomes.add(
            jobs.get(job).end(graph, job, layout, frozenHash, VitParameters.count(frozenShapes)));
      }
      unharmed = jobs.stream().noneMatch(JobProgress::failed);
      return outcomes;
    } finally {
      if (unharmed) {
        graphs.giveBack(key, graph, heldBytes());
      } else {
        graph.close();
      }
    }
  }

  private TrainingGraph make(int scoringBatch, TensorFlowRuntime runtime) throws IOException {
    TrainingGraph graph =
        new TrainingGraph(
            config,
            frozenShapes,
            layout,
            inputKind(),
            set.records(),
            scoringBatch,
            jobs.size(),
            runtime);
    try {
      if (!frozenShapes.isEmpty()) {
        graph.initializeFrozen(
            FrozenTensors.shared(backbone.hash(), backbone.parameters(), config.precision()));
      }
      graph.setTargets(set.targets());
      setData(graph, inputKind());
      return graph;
    } catch (IOException | RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  private long heldBytes() {
    return GRAPH_BYTES + Float.BYTES * VitParameters.count(frozenShapes) + set.heldBytes();
  }

  private TrainingGraph.Input inputKind() {
    // Without anything random or trained below the head its input never changes.
    if (config.method() == Method.LINEAR && config.dropPath() == 0 && config.dropout() == 0) {
      return TrainingGraph.Input.FEATURES;
    }
    return set instanceof ImagesInMemory ? TrainingGraph.Input.PIXELS : TrainingGraph.Input.FED;
  }

  private void setData(TrainingGraph graph, TrainingGraph.Input input) throws IOException {
    if (input == TrainingGraph.Input.FEATURES) {
      graph.setData(features(graph));
    } else if (set instanceof ImagesInMemory held) {
      int size = held.size();
      graph.setData(Tensors.bytes(held.pixels(), held.records(), size, size, 3));
    }
  }

  /** Features of all records {@code [records, featureWidth]}. */
  private Tensor features(TrainingGraph graph) throws IOException {
    int width = config.model().featureWidth();
    float[] features = new float[Math.multiplyExact(set.records(), width)];
    for (int start = 0; start < set.records(); start += FEATURE_CHUNK) {
      int end = Math.min(set.records(), start + FEATURE_CHUNK);
      float[][] rows = graph.features(set.samples(IntStream.range(start, end).toArray()));
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(rows[i], 0, features, (start + i) * width, width);
      }
    }
    return Tensors.floats(features, set.records(), width);
  }

  private void runEpochs(TrainingGraph graph) throws IOException, InterruptedException {
    long step = jobs.get(0).start().step();
    int steps = (int) config.epochs().steps(set.records());
    double storeSeconds = 0;
    long storedAt = System.nanoTime();
    for (int epoch = jobs.get(0).start().nextEpoch(); epoch < config.epochs().epochs(); epoch++) {
      long began = System.nanoTime();
      runSteps(graph, epoch, step, steps);
      step += steps;
      endEpoch(graph, epoch, step, steps, began);
      if (!anyRuns()) {
        return;
      }
      // Cleared here: storing through an interruptible channel would fail otherwise.
      boolean interrupted = Thread.interrupted();
      double idle = secondsSince(storedAt);
      boolean due = idle >= Math.max(STORE_MIN_SECONDS, STORE_COST_FACTOR * storeSeconds);
      if (interrupted || (due && epoch + 1 < config.epochs().epochs())) {
        long storing = System.nanoTime();
        save(graph, step);
        storeSeconds = secondsSince(storing);
        storedAt = System.nanoTime();
      }
      if (interrupted) {
        throw new InterruptedException(
            "training was interrupted after epoch %d; its state is stored".formatted(epoch + 1));
      }
    }
  }

  /** The rate of a step, from 0, of a training with so many steps in an epoch. */
  private static double rate(JobProgress job, int epoch, long step, int steps) {
    TrainerConfig own = job.training().config();
    return own.optimizer().rate(epoch, step, (long) steps * own.epochs().epochs());
  }

  private boolean anyRuns() {
    return jobs.stream().anyMatch(JobProgress::runs);
  }

  private void runSteps(TrainingGraph graph, int epoch, long stepsDone, int steps)
      throws IOException, InterruptedException {
    int[][] orders = new int[jobs.size()][];
    double[] rates = new double[jobs.size()];
    double[] decays = new double[jobs.size()];
    for (int job = 0; job < orders.length; job++) {
      TrainerConfig own = jobs.get(job).training().config();
      orders[job] =
          EpochOrder.of(set, own.seed(), own.epochs().orderOffset() + epoch, own.epochs().batch());
      decays[job] = own.optimizer().weightDecay();
    }
    boolean batchStatistics = config.head().usesBatchStatistics(epoch);
    boolean fed = inputKind() == TrainingGraph.Input.FED;
    for (int i = 0; i < steps && anyRuns(); i++) {
      if (Thread.interrupted()) {
        throw new InterruptedException(
            "training was interrupted in epoch %d; it resumes from the last stored epoch"
                .formatted(epoch + 1));
      }
      int[] rows = rows(orders, i);
      Samples samples = fed ? set.samples(rows) : null;
      for (int job = 0; job < rates.length; job++) {
        rates[job] = rate(jobs.get(job), epoch, stepsDone + i, steps);
      }
      float[] losses =
          graph.train(rows, samples, stepsDone + i + 1, rates, decays, batchStatistics);
      int step = i;
      for (int job = 0; job < losses.length; job++) {
        float loss = losses[job];
        JobProgress progress = jobs.get(job);
        progress.attempt(() -> progress.addLoss(epoch, step, loss));
      }
    }
  }

  /** The images of a step, job after job. */
  private int[] rows(int[][] orders, int step) {
    int batch = config.epochs().batch();
    return Arrays.stream(orders)
        .flatMapToInt(
            order -> Arrays.stream(order, step * batch, Math.min(order.length, (step + 1) * batch)))
        .toArray();
  }

  private void endEpoch(TrainingGraph graph, int epoch, long done, int steps, long began) {
    double shared = secondsSince(began) / jobs.size();
    for (int job = 0; job < jobs.size(); job++) {
      int number = job;
      JobProgress progress = jobs.get(job);
      progress.attempt(
          () -> {
            long scoring = System.nanoTime();
            OptionalDouble score = progress.score(graph, number, epoch);
            progress.endEpoch(
                epoch,
                steps,
                rate(progress, epoch, done - 1, steps),
                score,
                shared + secondsSince(scoring));
          });
    }
  }

  private void save(TrainingGraph graph, long step) {
    for (int job = 0; job < jobs.size(); job++) {
      int number = job;
      JobProgress progress = jobs.get(job);
      progress.attempt(() -> progress.save(graph, number, step));
    }
  }

  private String checkFrozen(TrainingGraph graph) throws TrainingFailedException {
    Optional<String> changed = graph.changedFrozen();
    if (changed.isPresent()) {
      throw new TrainingFailedException(
          "frozen weight %s changed during training".formatted(changed.get()));
    }
    return backbone.hash();
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}

package io.hydrabeam.model.train;

import io.hydrabeam.model.Samples;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import io.hydrabeam.model.graph.DrawKeys;
import io.hydrabeam.model.graph.FlatLayout;
import io.hydrabeam.model.graph.ForwardPass;
import io.hydrabeam.model.graph.FrozenTensors;
import io.hydrabeam.model.graph.GraphParameters;
import io.hydrabeam.model.graph.RunningStatistics;
import io.hydrabeam.model.graph.SampleFeed;
import io.hydrabeam.model.graph.Transformer;
import io.hydrabeam.model.graph.TransformerStack;
import io.hydrabeam.model.layers.BatchNorm;
import io.hydrabeam.model.layers.EncoderSettings;
import io.hydrabeam.model.layers.Fused;
import io.hydrabeam.model.layers.JobRows;
import io.hydrabeam.model.layers.Mode;
import io.hydrabeam.model.layers.ParameterScope;
import io.hydrabeam.model.optim.DecayMask;
import io.hydrabeam.model.optim.FlatOptimizer;
import io.hydrabeam.model.optim.GradientClipping;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/**
 * The graph and session of a training, or of several jobs that are stacked: the data set as a
 * variable, a step that gathers its batch by index, and a forward pass for scoring with the same
 * parameters. Stacked jobs share the frozen weights, the images and the products of both; what is
 * trained, and everything that belongs to it, has a leading axis {@code [jobs]}. A graph of one job
 * has no such axis.
 *
 * <p>Per step only the indices {@code [batch]}, the step number and the optimizer's scalars are
 * fed, and the batch's samples where these are texts or the data set is too large for a variable.
 * Not safe for concurrent use.
 */
final class TrainingGraph implements AutoCloseable {

  /** What a training step gathers its batch from. */
  enum Input {
    /** uint8 images that the graph holds, normalised in it. */
    PIXELS,
    /** Samples that each step is fed: texts, or uint8 images, normalised in the graph. */
    FED,
    /** Float images, already normalised. */
    NORMALIZED,
    /** The frozen backbone's features: exact where nothing below the head is trained or random. */
    FEATURES
  }

  /** Name of what is trained among the {@link #state}. */
  static final String TRAINED = "trained";

  private final TrainerConfig config;
  private final FlatLayout layout;
  private final int jobs;
  private final boolean fused;
  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Session session;
  private final GraphParameters parameters;
  private final TransformerStack model;
  private final FlatOptimizer optimizer;
  private final @Nullable RunningStatistics running;
  private final JobVariables variables;
  private final TrainingData data;
  private final Placeholder<TInt64> number;
  private final Placeholder<TFloat32> scalars;
  private final Map<StepKind, Step> steps = new HashMap<>();
  private final DrawKeys drawKeys;
  private final long[] seeds;
  private @Nullable FrozenTensors frozen;
  private final ForwardPass scored;

  /**
   * What a step's operations depend on; those of a kind are added when it is first run, so that an
   * epoch's smaller last batch computes no padding and its statistics are exact, and short texts
   * are not padded to the length of long ones.
   */
  private record StepKind(int batch, boolean batchStatistics, int length) {}

  /** The operations of a training step. */
  private record Step(
      Placeholder<TInt32> indices,
      @Nullable Placeholder<? extends TType> samples,
      Operand<TFloat32> loss,
      Operand<TFloat32> gradient,
      List<Op> updates) {}

  /**
   * Builds the graph.
   *
   * @param frozen name to sizes of the frozen parameters
   * @param layout of the trained ones
   * @param records in the training set
   * @param scoringBatch samples that one scoring run takes
   * @param jobs that are stacked
   */
  TrainingGraph(
      TrainerConfig config,
      Map<String, int[]> frozen,
      FlatLayout layout,
      Input input,
      int records,
      int scoringBatch,
      int jobs,
      TensorFlowRuntime runtime) {
    this.config = config;
    this.layout = layout;
    this.jobs = jobs;
    this.seeds = new long[jobs];
    this.drawKeys = new DrawKeys(tf, jobs);
    this.fused = Fused.suits(runtime);
    parameters = new GraphParameters(tf, frozen, layout, config.precision(), jobs);
    model =
        TransformerStack.of(
            parameters, config.precision(), config.method() != Method.FULL, this::tower);
    optimizer =
        FlatOptimizer.of(
            config.optimizer().optimizer(),
            tf,
            parameters.trainable().shape(),
            DecayMask.withoutBiasesAndNorms(layout.lengths()));
    variables = new JobVariables(tf, jobs);
    variables.add(TRAINED, parameters.trainable());
    optimizer.slots().forEach(variables::add);
    running =
        config.head().normalized()
            ? new RunningStatistics(tf, config.model().featureWidth(), jobs)
            : null;
    if (running != null) {
      running.variables().forEach(variables::add);
    }
    number = tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
    Shape scalarsShape =
        jobs == 1 ? Shape.of(optimizer.scalars()) : Shape.of(optimizer.scalars(), jobs, 1);
    scalars = tf.placeholder(TFloat32.class, Placeholder.shape(scalarsShape));
    data = new TrainingData(tf, config, input, records);

    scored =
        new ForwardPass(
            tf,
            tower(parameters.ofJob(variables.selected())),
            new SampleFeed(config.model()),
            scoringBatch,
            Mode.evaluation(config.precision(), fused),
            features ->
                running == null
                    ? features
                    : BatchNorm.call(tf, features, ofSelected(running.statistics())));
    session = new Session(graph, runtime.sessionConfig());
  }

  private Step addStep(StepKind kind) {
    Placeholder<TInt32> indices =
        tf.placeholder(TInt32.class, Placeholder.shape(Shape.of((long) jobs * kind.batch())));
    Operand<TFloat32> target = data.targets(indices);
    Placeholder<? extends TType> samples = data.fed(jobs * kind.batch(), kind.length());
    Operand<? extends TType> rows = data.rows(indices, samples);
    Operand<TFloat32> features =
        data.areFeatures()
            ? asFeatures(rows)
            : model.features(tf, rows, kind.batch(), drawKeys, number, fused);
    List<Op> updates = new ArrayList<>();
    if (running != null) {
      features = normalized(running, features, kind, updates);
    }
    Operand<TFloat32> logits = model.logits(tf, features, drawKeys, number, fused);
    Operand<TFloat32> loss = Losses.of(config.head().loss(), tf, logits, target, jobs);
    Operand<TFloat32> gradient = parameters.gradient(graph, loss);
    Operand<TFloat32> used =
        config.optimizer().clipNorm() > 0
            ? GradientClipping.call(tf, gradient, config.optimizer().clipNorm())
            : gradient;
    updates.addAll(optimizer.update(tf, parameters.trainable(), used, scalars));
    drawKeys.set(session, seeds);
    return new Step(indices, samples, loss, gradient, updates);
  }

  @SuppressWarnings("unchecked") // features are floats
  private static Operand<TFloat32> asFeatures(Operand<? extends TType> rows) {
    return (Operand<TFloat32>) rows;
  }

  /** The batch normalisation of a step, and its updates. */
  private Operand<TFloat32> normalized(
      RunningStatistics statistics, Operand<TFloat32> features, StepKind kind, List<Op> updates) {
    Operand<TFloat32> x = jobs == 1 ? features : JobRows.split(tf, features, jobs);
    BatchNorm.Statistics used = statistics.statistics();
    if (kind.batchStatistics()) {
      used = BatchNorm.Statistics.of(tf, x);
      updates.addAll(statistics.update(tf, used, kind.batch()));
    }
    Operand<TFloat32> y = BatchNorm.call(tf, x, used);
    return jobs == 1 ? y : JobRows.join(tf, y);
  }

  private Transformer tower(ParameterScope.Source source) {
    return Transformer.of(
        ParameterScope.root(source),
        config.model(),
        new EncoderSettings(
            config.hydra().scale(), config.hydra().dropout(), config.dropPath(), config.dropout()),
        config.normalization());
  }

  private BatchNorm.Statistics ofSelected(BatchNorm.Statistics all) {
    return new BatchNorm.Statistics(
        variables.ofSelected(all.mean()), variables.ofSelected(all.variance()));
  }

  /** Sets the frozen parameters, and closes them with the graph. */
  void initializeFrozen(FrozenTensors weights) {
    frozen = weights;
    parameters.initializeFrozen(session, weights);
  }

  /**
   * Sets what steps gather their input from; closes the tensor.
   *
   * @param tensor {@code [images, …]} of the input's type
   */
  void setData(Tensor tensor) {
    try (tensor) {
      data.set(session, tensor);
    }
  }

  /** Sets the targets of all records. */
  void setTargets(Targets targets) {
    data.setTargets(session, targets);
  }

  /** What a job's variables are before the first step. */
  Map<String, float[]> initialState(float[] trained) {
    return TrainingState.initialTensors(config, trained);
  }

  /** Sets what random draws of each job depend on. */
  void setSeeds(long... ofJobs) {
    System.arraycopy(ofJobs, 0, seeds, 0, jobs);
    drawKeys.set(session, seeds);
  }

  /**
   * Sets everything that steps change.
   *
   * @param states one for each job, by name as {@link #state} gives it
   */
  void setStates(List<Map<String, float[]>> states) {
    variables.set(session, states);
  }

  /**
   * Runs one training step.
   *
   * @param rows positions in the training set, {@code [jobs·batch]}, job after job
   * @param samples of those rows, null unless they are to be fed
   * @param step number of the step, from 1
   * @param rates learning rates {@code [jobs]}
   * @param decays weight decays {@code [jobs]}
   * @param batchStatistics whether the batch normalisation, if there is one, uses this batch's
   *     statistics and learns from them; else it uses the running ones and leaves them
   * @return mean losses of the jobs' batches before the update, {@code [jobs]}
   */
  float[] train(
      int[] rows,
      @Nullable Samples samples,
      long step,
      double[] rates,
      double[] decays,
      boolean batchStatistics) {
    float[] numbers = numbers(rates, decays, step);
    int length = data.length(samples);
    Step kind = step(rows, batchStatistics, length);
    try (TInt32 rowsFed = Tensors.ints(rows, rows.length);
        TInt64 stepFed = TInt64.scalarOf(step);
        TFloat32 scalarsFed =
            TFloat32.tensorOf(scalars.shape(), DataBuffers.of(numbers, true, false));
        Tensor samplesFed = samples == null ? null : data.tensor(samples, length)) {
      Session.Runner runner =
          session
              .runner()
              .feed(kind.indices(), rowsFed)
              .feed(number, stepFed)
              .feed(scalars, scalarsFed)
              .fetch(kind.loss());
      if (kind.samples() != null && samplesFed != null) {
        runner.feed(kind.samples(), samplesFed);
      }
      for (Op update : kind.updates()) {
        runner.addTarget(update);
      }
      try (var result = runner.run()) {
        return Tensors.toArray((TFloat32) result.get(0));
      }
    }
  }

  /** The optimizer's scalars {@code [scalars, jobs]}. */
  private float[] numbers(double[] rates, double[] decays, long step) {
    float[] numbers = new float[optimizer.scalars() * jobs];
    for (int job = 0; job < jobs; job++) {
      float[] ofJob = optimizer.stepScalars(rates[job], decays[job], step);
      for (int i = 0; i < ofJob.length; i++) {
        numbers[i * jobs + job] = ofJob[i];
      }
    }
    return numbers;
  }

  /**
   * Gradient of the batch's mean loss in a graph of one job, by name; nothing is updated.
   *
   * @param samples of the rows, null unless they are to be fed
   */
  Map<String, HostTensor> gradients(
      int[] rows, @Nullable Samples samples, boolean batchStatistics) {
    int length = data.length(samples);
    Step kind = step(rows, batchStatistics, length);
    try (TInt32 rowsFed = Tensors.ints(rows, rows.length);
        TInt64 stepFed = TInt64.scalarOf(1);
        Tensor samplesFed = samples == null ? null : data.tensor(samples, length)) {
      Session.Runner runner =
          session
              .runner()
              .feed(kind.indices(), rowsFed)
              .feed(number, stepFed)
              .fetch(kind.gradient());
      if (kind.samples() != null && samplesFed != null) {
        runner.feed(kind.samples(), samplesFed);
      }
      try (var result = runner.run()) {
        return layout.split(Tensors.toArray((TFloat32) result.get(0)));
      }
    }
  }

  private Step step(int[] rows, boolean batchStatistics, int length) {
    return steps.computeIfAbsent(
        new StepKind(rows.length / jobs, batchStatistics, length), this::addStep);
  }

  /** A job's logits {@code [count][classes]} in evaluation mode. */
  float[][] logits(int job, Samples samples) {
    variables.select(session, job);
    return scored.run(session, ForwardPass.Output.LOGITS, samples);
  }

  /** Features {@code [count][width]} of the frozen backbone. */
  float[][] features(Samples samples) {
    return scored.run(session, ForwardPass.Output.FEATURES, samples);
  }

  /** Everything that a job's steps change: what is trained, in the layout's flat form, and more. */
  Map<String, float[]> state(int job) {
    return variables.read(session, job, Set.of());
  }

  /** What a job's training is for: of the {@link #state} all but the optimizer's. */
  Map<String, float[]> result(int job) {
    return variables.read(session, job, optimizer.slots().keySet());
  }

  /** The first frozen parameter whose value has changed. */
  Optional<String> changedFrozen() {
    return frozen == null ? Optional.empty() : parameters.changedFrozen(session, frozen);
  }

  @Override
  public void close() {
    session.close();
    graph.close();
    if (frozen != null) {
      frozen.close();
    }
  }
}

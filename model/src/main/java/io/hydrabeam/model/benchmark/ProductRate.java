package io.hydrabeam.model.benchmark;

import io.hydrabeam.model.graph.GraphVariable;
import io.hydrabeam.protos.Precision;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/**
 * How fast this machine multiplies matrices: the most that a transformer, which is little else,
 * could reach. The shape is that of the first layer of its MLP, {@code [batch·tokens, width] ·
 * [width, mlpWidth]}.
 */
final class ProductRate {

  private static final int WARM_UP = 2;
  private static final int MIN_RUNS = 5;
  private static final double MIN_SECONDS = 0.5;

  private ProductRate() {}

  /** Operations a second of all jobs together, each with the workload's threads. */
  static double measure(Workload workload) throws InterruptedException {
    List<Double> rates =
        SideBySide.run(
            workload.jobs(),
            (job, start) ->
                workload.precision() == Precision.BF16
                    ? rate(workload, TBfloat16.class, start)
                    : rate(workload, TFloat32.class, start));
    return rates.stream().mapToDouble(rate -> rate).sum();
  }

  private static <T extends TNumber> double rate(
      Workload workload, Class<T> type, SideBySide.Start start) throws InterruptedException {
    long rows = (long) workload.batch() * workload.vit().tokens();
    long inner = workload.vit().width();
    long columns = workload.vit().mlpWidth();
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      GraphVariable left = GraphVariable.create(tf, "left", type, Shape.of(rows, inner));
      GraphVariable right = GraphVariable.create(tf, "right", type, Shape.of(inner, columns));
      Op setLeft = left.assign(random(tf, type, rows, inner));
      Op setRight = right.assign(random(tf, type, inner, columns));
      Op product = tf.linalg.matMul(left.read(type), right.read(type));
      try (Session session = new Session(graph, workload.runtime().sessionConfig())) {
        session.runner().addTarget(setLeft).addTarget(setRight).run().close();
        for (int i = 0; i < WARM_UP; i++) {
          session.runner().addTarget(product).run().close();
        }
        start.await();
        return 2.0 * rows * inner * columns / medianSeconds(session, product);
      }
    }
  }

  private static <T extends TNumber> org.tensorflow.Operand<T> random(
      Ops tf, Class<T> type, long rows, long columns) {
    return tf.dtypes.cast(
        tf.random.statelessRandomUniform(
            tf.constant(new long[] {rows, columns}), tf.constant(new long[] {1, 2})),
        type);
  }

  private static double medianSeconds(Session session, Op product) {
    double[] seconds = new double[0];
    double sum = 0;
    while (seconds.length < MIN_RUNS || sum < MIN_SECONDS) {
      long began = System.nanoTime();
      session.runner().addTarget(product).run().close();
      double taken = (System.nanoTime() - began) / 1e9;
      sum += taken;
      seconds = Arrays.copyOf(seconds, seconds.length + 1);
      seconds[seconds.length - 1] = taken;
    }
    Arrays.sort(seconds);
    return seconds[seconds.length / 2];
  }
}

package io.hydrabeam.model.benchmark;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.graph.GraphVariable;
import io.hydrabeam.protos.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/**
 * How fast this machine multiplies matrices: the most that a transformer, which is little else,
 * could reach. The shape is that of the first layer of its MLP, {@code [batch·tokens, width] ·
 * [width, mlpWidth]}.
 */
public final class ProductRate {

  /** Of a product on a device alone: the sizes of ViT-B/16's, as wide as a batch of eight. */
  private static final Product USUAL = new Product(1576, 768, 3072);

  private static final int WARM_UP = 2;
  private static final int MIN_RUNS = 5;
  private static final double MIN_SECONDS = 0.5;

  private ProductRate() {}

  /** Sizes of {@code [rows, inner] · [inner, columns]}. */
  private record Product(long rows, long inner, long columns) {

    double operations() {
      return 2.0 * rows * inner * columns;
    }
  }

  /** Operations a second of all jobs together, each with the workload's threads. */
  static double measure(Workload workload) throws InterruptedException {
    Product product =
        new Product(workload.rows(), workload.model().width(), workload.model().mlpWidth());
    ConfigProto config = workload.runtime().sessionConfig();
    List<Double> rates =
        SideBySide.run(
            workload.jobs(),
            (job, start) ->
                rate(
                    product, workload.precision(), config, DeviceSpec.newBuilder().build(), start));
    return rates.stream().mapToDouble(rate -> rate).sum();
  }

  /**
   * Operations a second of one product at a time on a device, with all cores on the CPU.
   *
   * @param gpu number of the GPU; empty for the CPU
   * @return empty, if TensorFlow does not compute there
   */
  public static OptionalDouble ofDevice(OptionalInt gpu, Precision precision)
      throws InterruptedException {
    TensorFlowRuntime runtime =
        new TensorFlowRuntime(
            gpu.isPresent() ? TensorFlowRuntime.Device.AUTO : TensorFlowRuntime.Device.CPU,
            Runtime.getRuntime().availableProcessors());
    DeviceSpec.Builder device = DeviceSpec.newBuilder().deviceType(DeviceSpec.DeviceType.CPU);
    if (gpu.isPresent()) {
      device.deviceType(DeviceSpec.DeviceType.GPU);
    }
    device.deviceIndex(gpu.orElse(0));
    // Elsewhere than asked for, it would tell nothing of the device.
    ConfigProto config = runtime.sessionConfig().toBuilder().setAllowSoftPlacement(false).build();
    try {
      return OptionalDouble.of(rate(USUAL, precision, config, device.build(), () -> {}));
    } catch (TensorFlowException | TFInvalidArgumentException e) {
      return OptionalDouble.empty(); // the second is what a build without CUDA says
    }
  }

  private static double rate(
      Product product,
      Precision precision,
      ConfigProto config,
      DeviceSpec device,
      SideBySide.Start start)
      throws InterruptedException {
    return precision == Precision.BF16
        ? rate(product, TBfloat16.class, config, device, start)
        : rate(product, TFloat32.class, config, device, start);
  }

  private static <T extends TNumber> double rate(
      Product sizes, Class<T> type, ConfigProto config, DeviceSpec device, SideBySide.Start start)
      throws InterruptedException {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph).withDevice(device);
      GraphVariable left =
          GraphVariable.create(tf, "left", type, Shape.of(sizes.rows(), sizes.inner()));
      GraphVariable right =
          GraphVariable.create(tf, "right", type, Shape.of(sizes.inner(), sizes.columns()));
      Op setLeft = left.assign(random(tf, type, sizes.rows(), sizes.inner()));
      Op setRight = right.assign(random(tf, type, sizes.inner(), sizes.columns()));
      Op product = tf.linalg.matMul(left.read(type), right.read(type));
      try (Session session = new Session(graph, config)) {
        session.runner().addTarget(setLeft).addTarget(setRight).run().close();
        for (int i = 0; i < WARM_UP; i++) {
          session.runner().addTarget(product).run().close();
        }
        start.await();
        return sizes.operations() / medianSeconds(session, product);
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

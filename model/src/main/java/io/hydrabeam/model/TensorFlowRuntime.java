package io.hydrabeam.model;

import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/**
 * Where and with how many threads a session computes.
 *
 * @param device AUTO takes a GPU where TensorFlow sees one; GPU fails where there is none
 * @param threads of one operation on the CPU; TensorFlow sizes its pool by the first session of the
 *     JVM, so all sessions of a process use the same number
 */
public record TensorFlowRuntime(Device device, int threads) {

  /** What a run may compute on. */
  public enum Device {
    AUTO,
    CPU,
    GPU
  }

  public TensorFlowRuntime {
    if (threads <= 0) {
      throw new IllegalArgumentException("threads (%d) must be positive".formatted(threads));
    }
  }

  /** One thread on the CPU: repeatable everywhere. */
  public static TensorFlowRuntime singleThread() {
    return new TensorFlowRuntime(Device.CPU, 1);
  }

  /**
   * Session settings. GPU memory grows as needed, so that several jobs fit on one card.
   *
   * @throws IllegalStateException if a GPU is asked for and TensorFlow sees none
   */
  public ConfigProto sessionConfig() {
    ConfigProto.Builder config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(threads)
            .setInterOpParallelismThreads(1)
            .setAllowSoftPlacement(true);
    switch (device) {
      case CPU -> config.putDeviceCount("GPU", 0);
      case GPU -> {
        if (!GpuProbe.AVAILABLE) {
          throw new IllegalStateException(
              "device=gpu, but TensorFlow sees no GPU: build with -Pgpu on Linux x86-64, check the"
                  + " driver with nvidia-smi, or use device=cpu");
        }
        config.setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true));
      }
      case AUTO -> config.setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true));
    }
    return config.build();
  }

  /** What the session will compute on: {@code "gpu"} or {@code "cpu"}. */
  public String deviceName() {
    return device != Device.CPU && GpuProbe.AVAILABLE ? "gpu" : "cpu";
  }

  /** Asks TensorFlow once per JVM: an operation pinned to a GPU runs only where there is one. */
  private static final class GpuProbe {
    static final boolean AVAILABLE = probe();

    private static boolean probe() {
      ConfigProto config =
          ConfigProto.newBuilder()
              .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true))
              .build();
      DeviceSpec gpu =
          DeviceSpec.newBuilder().deviceType(DeviceSpec.DeviceType.GPU).deviceIndex(0).build();
      try (Graph graph = new Graph();
          Session session = new Session(graph, config)) {
        Ops tf = Ops.create(graph).withDevice(gpu);
        var sum = tf.math.add(tf.constant(1f), tf.constant(1f));
        session.runner().fetch(sum).run().close();
        return true;
      } catch (TensorFlowException e) {
        return false;
      }
    }
  }
}

package io.hydrabeam.model;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/**
 * Where and with how many threads a session computes.
 *
 * @param device AUTO takes a GPU where TensorFlow sees one; GPU fails where there is none
 * @param threads of one operation on the CPU; one number for the whole process, see {@link
 *     #pinThreads}
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

  private static final Logger LOG = LoggerFactory.getLogger(TensorFlowRuntime.class);

  /** Threads of the process's pool; 0 while no session has been made. */
  private static int pool;

  /**
   * Fixes how many threads TensorFlow computes an operation with. Its pool belongs to the process
   * and is sized by the first session, whoever makes it; results can differ in the last bit with
   * the number of threads, so the number must not depend on what ran before.
   *
   * @return the number in force: {@code threads}, or that of an earlier call
   */
  @CanIgnoreReturnValue
  public static synchronized int pinThreads(int threads) {
    if (pool == 0) {
      ConfigProto config =
          ConfigProto.newBuilder()
              .setIntraOpParallelismThreads(threads)
              .setInterOpParallelismThreads(1)
              .putDeviceCount("GPU", 0)
              .build();
      try (Graph graph = new Graph()) {
        new Session(graph, config).close();
      }
      pool = threads;
    }
    return pool;
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
    int inForce = pinThreads(threads);
    if (inForce != threads) {
      LOG.warn(
          "TensorFlow computes with {} threads since this process's first session; threads={} has no"
              + " effect",
          inForce,
          threads);
    }
    ConfigProto.Builder config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(threads)
            // In the caller's thread: the process has one pool for all sessions, in which jobs that
            // run side by side would wait for each other.
            .setInterOpParallelismThreads(-1)
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

  /** Sessions that can compute side by side without sharing a core; one on a GPU. */
  public int jobsThatFit() {
    return deviceName().equals("gpu")
        ? 1
        : Math.max(1, Runtime.getRuntime().availableProcessors() / threads);
  }

  /** What the session will compute on: {@code "gpu"} or {@code "cpu"}. */
  public String deviceName() {
    pinThreads(threads);
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
      } catch (TensorFlowException | TFInvalidArgumentException e) {
        return false; // the second is what a build without CUDA says
      }
    }
  }
}

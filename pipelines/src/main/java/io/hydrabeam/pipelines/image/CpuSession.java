package io.hydrabeam.pipelines.image;

import io.hydrabeam.model.TensorFlowRuntime;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.proto.ConfigProto;

/** Sessions of TensorFlow for image files: on the CPU, and in the caller's thread. */
final class CpuSession {
  private CpuSession() {}

  static Session of(Graph graph) {
    // A first session would size the process's pool for computing with every core; whoever wants
    // more than one thread there has pinned it before.
    TensorFlowRuntime.pinThreads(1);
    return new Session(
        graph,
        ConfigProto.newBuilder()
            .setInterOpParallelismThreads(-1) // Operations run in the caller's thread.
            .putDeviceCount("GPU", 0)
            .build());
  }
}

package io.hydrabeam.runners.flink;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.runners.launch.SharedFolders;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.beam.sdk.transforms.DoFn;

/**
 * Looks in every slot, once it is set up, whether work could be done there: the shared folders and,
 * where models compute, TensorFlow and the device.
 */
final class WorkerCheckFn extends DoFn<Integer, Integer> {
  private static final long serialVersionUID = 1L;

  private static final int LIMIT_BYTES = 1 << 10;

  /** A network disk may show a new file late. */
  private static final int ATTEMPTS = 10;

  private static final long PAUSE_MILLIS = 500;

  private final TreeMap<String, String> fileByOption;
  private final String text;
  private final boolean computes;
  private final Device device;
  private final int threads;

  /**
   * @param fileByOption see {@link SharedFolders}
   * @param text see {@link SharedFolders}
   * @param computes whether models will compute on the workers
   * @param device that they need
   * @param threads of one model; the process's first session fixes them
   */
  WorkerCheckFn(
      Map<String, String> fileByOption, String text, boolean computes, Device device, int threads) {
    this.fileByOption = new TreeMap<>(fileByOption);
    this.text = text;
    this.computes = computes;
    this.device = device;
    this.threads = threads;
  }

  @Setup
  public void check() throws InterruptedException {
    for (Map.Entry<String, String> entry : fileByOption.entrySet()) {
      requireSeen(entry.getKey(), entry.getValue());
      requireWritable(entry.getKey(), entry.getValue());
    }
    if (computes) {
      requireTensorFlow();
    }
  }

  /** Nothing is left to do: the set-up has looked. */
  @ProcessElement
  public void process(@Element Integer element, OutputReceiver<Integer> out) {
    out.output(element);
  }

  private void requireSeen(String option, String file) throws InterruptedException {
    String problem = "";
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) {
        Thread.sleep(PAUSE_MILLIS);
      }
      try {
        String found = new String(Storage.read(file, LIMIT_BYTES), StandardCharsets.UTF_8);
        if (found.equals(text)) {
          return;
        }
        problem = "other contents";
        if (found.length() >= text.length()) {
          break; // not a file that is still arriving
        }
      } catch (IOException e) {
        problem = HydraException.reason(e);
      }
    }
    throw HydraException.failed(
        "the worker on %s does not see what this program wrote to --%s, %s (%s): give a folder that all workers share"
            .formatted(host(), option, file, problem));
  }

  private static void requireWritable(String option, String file) {
    String own = file + "-" + UUID.randomUUID();
    try {
      try (OutputStream out = Storage.create(own)) {
        out.write(0);
      }
      Storage.delete(List.of(own));
    } catch (IOException e) {
      throw HydraException.failed(
          "the worker on %s cannot write to --%s, %s: %s"
              .formatted(host(), option, own, HydraException.reason(e)));
    }
  }

  private void requireTensorFlow() {
    try {
      var unused = new TensorFlowRuntime(device, threads).sessionConfig();
    } catch (IllegalStateException e) {
      throw HydraException.failed("the worker on %s: %s".formatted(host(), e.getMessage()));
    } catch (LinkageError e) {
      throw HydraException.failed(
          "the worker on %s has no TensorFlow (%s): put its jars into the cluster's lib/, see docs/flink.md"
              .formatted(host(), e));
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unnamed host";
    }
  }
}

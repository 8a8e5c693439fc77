package io.hydrabeam.runners.doctor;

import com.sun.jna.NativeLibrary;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.benchmark.ProductRate;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.DiskSpace;
import io.hydrabeam.protos.Precision;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.tensorflow.TensorFlow;

/** TensorFlow: whether it loads, where from, and what it computes on. */
final class NativeCode {

  /** Unpacked, on Linux without CUDA. */
  private static final long CACHE_BYTES = 700_000_000L;

  private static final String BUILT_FOR_CUDA =
      "/org/tensorflow/internal/c_api/linux-x86_64-gpu/libtensorflow_cc.so.2";

  /** What TensorFlow 2.18 loads for a GPU: CUDA 12 and cuDNN 9. */
  private static final List<String> CUDA =
      List.of(
          "libcuda.so.1",
          "libcudart.so.12",
          "libcublas.so.12",
          "libcublasLt.so.12",
          "libcufft.so.11",
          "libcusolver.so.11",
          "libcusparse.so.12",
          "libcudnn.so.9");

  private static final Path NVIDIA_DRIVER = Path.of("/proc/driver/nvidia/version");

  private static final Pattern MISSING_LIBRARY = Pattern.compile("(\\S+\\.so[.\\d]*): cannot open");

  private static final int MOST_GPUS = 16;

  private NativeCode() {}

  /** The folder that JavaCPP unpacks native code to, once for all runs. */
  static Finding cache() {
    String other = "; name another folder with -Dorg.bytedeco.javacpp.cachedir=FOLDER";
    try {
      File folder = Loader.getCacheDir();
      if (!folder.canWrite()) {
        return Finding.bad("native cache", "cannot write to " + folder + other);
      }
      long free = Files.getFileStore(folder.toPath()).getUsableSpace();
      String text = "%s, %s free".formatted(folder, DiskSpace.human(free));
      return free < CACHE_BYTES
          ? Finding.note("native cache", text + "; the first start unpacks 0.7 GB" + other)
          : Finding.ok("native cache", text);
    } catch (IOException e) {
      return Finding.bad("native cache", HydraException.reason(e) + other);
    }
  }

  /** The library itself, what a GPU needs, and each device with its rate of products. */
  static List<Finding> tensorFlow() throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    try {
      findings.add(Finding.ok("TensorFlow", TensorFlow.version()));
    } catch (LinkageError e) {
      return List.of(Finding.bad("TensorFlow", explain(e)));
    }
    findings.add(
        cuda(
            TensorFlow.class.getResource(BUILT_FOR_CUDA) != null,
            Files.exists(NVIDIA_DRIVER),
            NativeCode::isThere));
    findings.add(device("CPU", OptionalInt.empty()));
    for (int gpu = 0; gpu < MOST_GPUS; gpu++) {
      Finding finding = device("GPU " + gpu, OptionalInt.of(gpu));
      if (finding.state() != Finding.State.OK) {
        break; // numbers have no gaps
      }
      findings.add(finding);
    }
    return findings;
  }

  /** Names the library that is missing, as far as the loader's words tell. */
  static String explain(LinkageError thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String text = String.valueOf(cause.getMessage());
    Matcher missing = MISSING_LIBRARY.matcher(text);
    return missing.find()
        ? "does not load: the shared library %s is missing; install the package that holds it"
            .formatted(missing.group(1))
        : "does not load on %s %s (%s): build on this machine, so that Maven takes the native code for it"
            .formatted(System.getProperty("os.name"), System.getProperty("os.arch"), text);
  }

  /**
   * What a GPU needs.
   *
   * @param built whether the native code was built for CUDA
   * @param driver whether NVIDIA's driver runs
   * @param there whether a shared library can be loaded
   */
  static Finding cuda(boolean built, boolean driver, Predicate<String> there) {
    if (!built) {
      return driver
          ? Finding.note(
              "CUDA", "this machine has an NVIDIA GPU, the program none for it: build with -Pgpu")
          : Finding.ok("CUDA", "not built in, and no NVIDIA driver: models compute on the CPU");
    }
    List<String> missing = CUDA.stream().filter(there.negate()).toList();
    if (missing.isEmpty()) {
      return Finding.ok("CUDA", "CUDA 12 and cuDNN 9 are there");
    }
    return Finding.note(
        "CUDA",
        "missing: %s; this build wants %s CUDA 12 and cuDNN 9 (--device=cpu does without)"
            .formatted(
                String.join(", ", missing), driver ? "" : "an NVIDIA driver (see nvidia-smi),"));
  }

  private static boolean isThere(String library) {
    try {
      NativeLibrary.getInstance(library).close();
      return true;
    } catch (LinkageError e) {
      return false;
    }
  }

  private static Finding device(String name, OptionalInt gpu) throws InterruptedException {
    OptionalDouble single = ProductRate.ofDevice(gpu, Precision.FP32);
    if (single.isEmpty()) {
      return Finding.bad(name, "TensorFlow does not compute on it");
    }
    OptionalDouble half = ProductRate.ofDevice(gpu, Precision.BF16);
    return Finding.ok(
        name,
        "matrix products: %s in fp32, %s in bf16%s"
            .formatted(
                rate(single),
                rate(half),
                gpu.isPresent()
                    ? ""
                    : ", on %d threads"
                        .formatted(
                            TensorFlowRuntime.pinThreads(
                                Runtime.getRuntime().availableProcessors()))));
  }

  private static String rate(OptionalDouble operations) {
    return operations.isPresent()
        ? String.format(Locale.ROOT, "%,.0f GFLOP/s", operations.getAsDouble() / 1e9)
        : "none";
  }
}

package io.hydrabeam.model.adapters;

import static io.hydrabeam.model.params.ParameterName.bias;
import static io.hydrabeam.model.params.ParameterName.kernel;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Site;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Folds adapters into the layers that carry them, so that the adapted model costs what the plain
 * one costs:
 *
 * <pre>{@code
 * W = W0 + s·(Dp·Up + W0·Ds·Us)
 * b = b0 + s·(dp·Up + up + b0·Ds·Us + ds·Us + us)
 * }</pre>
 *
 * <p>Shapes: W0 {@code [in, out]}, b0 {@code [out]}, Dp {@code [in, r]}, Ds {@code [out, r]}, Up
 * and Us {@code [r, out]}; s is the scale, p and s as index stand for the parallel and the
 * sequential branch. All sums are in double precision and rounded once.
 *
 * @see <a href="https://arxiv.org/abs/2309.06922">Hydra, section 3</a>
 */
public final class HydraMerge {

  private HydraMerge() {}

  /** A branch's tensors: down {@code [in, r]}, {@code [r]}, up {@code [r, out]}, {@code [out]}. */
  private record Branch(
      HostTensor downKernel, HostTensor downBias, HostTensor upKernel, HostTensor upBias) {}

  /**
   * Merges.
   *
   * @param backbone canonical name to tensor of a vision transformer; not changed
   * @param adapters all branches of {@code hydra}, and a head, which is copied; running statistics
   *     are folded into it
   * @return all of {@code backbone}, adapted, and the head; untouched tensors are shared
   * @throws IllegalArgumentException if a tensor is missing, misshapen or unexpected, or if a value
   *     of the input or of the result is NaN or infinite; the message names it
   */
  public static Map<String, HostTensor> merge(
      Map<String, HostTensor> backbone, Map<String, HostTensor> adapters, HydraConfig hydra) {
    backbone.forEach(HydraMerge::requireFinite);
    adapters.forEach(HydraMerge::requireFinite);
    Map<String, HostTensor> merged = new LinkedHashMap<>(backbone);
    Map<String, HostTensor> trained = BatchNormFolding.fold(adapters);
    Set<String> unused = new TreeSet<>(trained.keySet());
    int block = 0;
    for (; backbone.containsKey(kernel(ParameterName.projection(block))); block++) {
      for (Site site : hydra.sites()) {
        String layer = ParameterName.site(block, site);
        Branch parallel =
            hydra.parallelAt(site)
                ? branch(trained, ParameterName.parallel(layer), hydra, unused)
                : null;
        Branch sequential =
            hydra.sequentialAt(site)
                ? branch(trained, ParameterName.sequential(layer), hydra, unused)
                : null;
        mergeLayer(merged, layer, parallel, sequential, hydra);
      }
    }
    if (block == 0) {
      throw new IllegalArgumentException("the backbone has no block");
    }
    for (String name : new String[] {ParameterName.HEAD_KERNEL, ParameterName.HEAD_BIAS}) {
      merged.put(name, take(trained, name, unused));
    }
    // A head may have a layer of its own before its last.
    for (String name : List.copyOf(unused)) {
      if (name.startsWith(ParameterName.HEAD_DENSE)) {
        merged.put(name, take(trained, name, unused));
      }
    }
    if (!unused.isEmpty()) {
      throw new IllegalArgumentException(
          "%d parameters to merge are unexpected, the first is %s"
              .formatted(unused.size(), unused.iterator().next()));
    }
    return merged;
  }

  private static void mergeLayer(
      Map<String, HostTensor> model,
      String layer,
      @Nullable Branch parallel,
      @Nullable Branch sequential,
      HydraConfig hydra) {
    HostTensor kernel = require(model, kernel(layer));
    HostTensor bias = require(model, bias(layer));
    int in = kernel.shape()[0];
    int out = kernel.shape()[1];
    double[] weights = widen(kernel.values());
    double[] offsets = widen(bias.values());
    double[] kernelChange = new double[weights.length];
    double[] biasChange = new double[out];
    if (parallel != null) {
      int rank = hydra.rank();
      checkShapes(ParameterName.parallel(layer), parallel, in, rank, out);
      double[] down = widen(parallel.downKernel().values());
      double[] up = widen(parallel.upKernel().values());
      addProduct(down, up, in, rank, out, kernelChange); // Dp·Up
      addProduct(widen(parallel.downBias().values()), up, 1, rank, out, biasChange); // dp·Up
      add(parallel.upBias().values(), biasChange); // up
    }
    if (sequential != null) {
      int rank = hydra.sequentialRank();
      checkShapes(ParameterName.sequential(layer), sequential, out, rank, out);
      double[] down = widen(sequential.downKernel().values());
      double[] up = widen(sequential.upKernel().values());
      // (W0·Ds)·Us rather than W0·(Ds·Us): the same, with rank instead of width in the middle.
      double[] throughBottleneck = new double[in * rank];
      addProduct(weights, down, in, out, rank, throughBottleneck);
      addProduct(throughBottleneck, up, in, rank, out, kernelChange);
      double[] bottleneckBias = widen(sequential.downBias().values()); // ds
      addProduct(offsets, down, 1, out, rank, bottleneckBias); // + b0·Ds
      addProduct(bottleneckBias, up, 1, rank, out, biasChange);
      add(sequential.upBias().values(), biasChange); // us
    }
    put(model, kernel(layer), kernel.shape(), weights, kernelChange, hydra.scale());
    put(model, bias(layer), bias.shape(), offsets, biasChange, hydra.scale());
  }

  private static void put(
      Map<String, HostTensor> model,
      String name,
      int[] shape,
      double[] base,
      double[] change,
      double scale) {
    float[] values = new float[base.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (base[i] + scale * change[i]);
    }
    HostTensor merged = new HostTensor(shape.clone(), values);
    requireFinite("merged " + name, merged);
    model.put(name, merged);
  }

  private static Branch branch(
      Map<String, HostTensor> adapters, String branch, HydraConfig hydra, Set<String> unused) {
    String down = ParameterName.down(branch);
    String up = ParameterName.up(branch);
    HostTensor downKernel = take(adapters, kernel(down), unused);
    HostTensor upKernel = take(adapters, kernel(up), unused);
    return new Branch(
        downKernel,
        hydra.bias() ? take(adapters, bias(down), unused) : zeros(downKernel),
        upKernel,
        hydra.bias() ? take(adapters, bias(up), unused) : zeros(upKernel));
  }

  /** The bias of a linear map that has none. */
  private static HostTensor zeros(HostTensor kernel) {
    return HostTensor.zeros(kernel.shape()[kernel.shape().length - 1]);
  }

  private static HostTensor take(
      Map<String, HostTensor> adapters, String name, Set<String> unused) {
    unused.remove(name);
    return require(adapters, name);
  }

  private static HostTensor require(Map<String, HostTensor> tensors, String name) {
    HostTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("parameter %s is missing".formatted(name));
    }
    return tensor;
  }

  private static void checkShapes(String name, Branch branch, int in, int rank, int out) {
    checkShape(kernel(ParameterName.down(name)), branch.downKernel(), in, rank);
    checkShape(bias(ParameterName.down(name)), branch.downBias(), rank);
    checkShape(kernel(ParameterName.up(name)), branch.upKernel(), rank, out);
    checkShape(bias(ParameterName.up(name)), branch.upBias(), out);
  }

  private static void checkShape(String name, HostTensor tensor, int... shape) {
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new IllegalArgumentException(
          "parameter %s is %s, expected %s"
              .formatted(name, Arrays.toString(tensor.shape()), Arrays.toString(shape)));
    }
  }

  private static void requireFinite(String name, HostTensor tensor) {
    float[] values = tensor.values();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "%s is %s at value %d; such weights are not merged".formatted(name, values[i], i));
      }
    }
  }

  /** {@code result += a·b}, with a {@code [rows, inner]}, b {@code [inner, columns]}. */
  private static void addProduct(
      double[] a, double[] b, int rows, int inner, int columns, double[] result) {
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < inner; i++) {
        double factor = a[row * inner + i];
        for (int column = 0; column < columns; column++) {
          result[row * columns + column] += factor * b[i * columns + column];
        }
      }
    }
  }

  private static void add(float[] values, double[] result) {
    for (int i = 0; i < result.length; i++) {
      result[i] += values[i];
    }
  }

  private static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}

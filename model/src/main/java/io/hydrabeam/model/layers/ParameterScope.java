package io.hydrabeam.model.layers;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * The parameters below one path, as a layer sees them: it asks for {@code "kernel"} and gets {@code
 * encoder/block03/mlp/fc1/kernel}. A layer's own sizes follow from the parameters' shapes.
 */
public final class ParameterScope {

  /** Where a graph's parameters come from. */
  public interface Source {
    /** Whether a parameter of that path exists. */
    boolean has(String path);

    /**
     * Its value in the graph, read once; {@code [jobs, …]} if {@link #jobs} are more than one.
     *
     * @throws IllegalArgumentException if there is none of that path
     */
    Operand<? extends TFloating> get(String path);

    /** Its sizes, those of one job. */
    int[] shape(String path);

    /** Jobs of the graph that have a value of their own; 1 where all share one. */
    default int jobs(String path) {
      return 1;
    }
  }

  private final Source source;
  private final String prefix;

  private ParameterScope(Source source, String prefix) {
    this.source = source;
    this.prefix = prefix;
  }

  /** All parameters of a graph. */
  public static ParameterScope root(Source source) {
    return new ParameterScope(source, "");
  }

  /** The parameters below {@code name}. */
  public ParameterScope sub(String name) {
    return new ParameterScope(source, prefix + name + "/");
  }

  /** Whether a parameter of that path below this scope exists. */
  public boolean has(String path) {
    return source.has(prefix + path);
  }

  /** A parameter's value in single precision. */
  public Operand<TFloat32> get(Ops tf, String path) {
    return get(tf, path, TFloat32.class);
  }

  /**
   * A parameter's value in a number format, one for all jobs of the graph.
   *
   * @throws IllegalArgumentException if they have a value each
   */
  <T extends TFloating> Operand<T> get(Ops tf, String path, Class<T> type) {
    if (jobs(path) > 1) {
      throw new IllegalArgumentException("stacked jobs cannot train " + prefix + path);
    }
    return stacked(tf, path, type);
  }

  /** As {@link #get}; {@code [jobs, …]} if several jobs of the graph have their own. */
  <T extends TFloating> Operand<T> stacked(Ops tf, String path, Class<T> type) {
    return FloatTypes.cast(tf, source.get(prefix + path), type);
  }

  /** Jobs of the graph that have a value of their own; 1 where all share one. */
  int jobs(String path) {
    return source.jobs(prefix + path);
  }

  /** A parameter's sizes. */
  public int[] shape(String path) {
    return source.shape(prefix + path);
  }

  /** The path of this scope with a closing slash; names random draws. */
  public String path() {
    return prefix;
  }
}

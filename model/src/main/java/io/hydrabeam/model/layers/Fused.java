package io.hydrabeam.model.layers;

import io.hydrabeam.model.Activation;
import io.hydrabeam.model.TensorFlowRuntime;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * The {@link Kernel}s of a transformer: the same formulas as the layers', with their gradients.
 * {@link Activations}, {@link LayerNorm} and {@link Heads} hold the formulas.
 */
public final class Fused {

  private static final Logger LOG = LoggerFactory.getLogger(Fused.class);

  private Fused() {}

  /**
   * Whether graphs of a runtime may use the functions: on a CPU, where TensorFlow was built with
   * XLA. On a GPU they would need CUDA's compiler beside the program.
   */
  public static boolean suits(TensorFlowRuntime runtime) {
    return runtime.deviceName().equals("cpu") && Compiler.WORKS;
  }

  /** Asks TensorFlow once per JVM. */
  private static final class Compiler {
    static final boolean WORKS = probe();

    private static boolean probe() {
      ConfigProto config = ConfigProto.newBuilder().putDeviceCount("GPU", 0).build();
      try (Graph graph = new Graph();
          Session session = new Session(graph, config)) {
        Ops tf = Ops.create(graph);
        Operand<TFloat32> one = tf.constant(new float[] {1});
        session.runner().fetch(activation(tf, one, Activation.GELU)).run().close();
        return true;
      } catch (TensorFlowException e) {
        LOG.debug("no fused functions: {}", e.getMessage());
        return false;
      }
    }
  }

  /** {@link Activations#call}; its gradient starts from x again. */
  static <T extends TFloating> Operand<T> activation(Ops tf, Operand<T> x, Activation activation) {
    Kernel.Spec spec = Kernel.Spec.of(x);
    List<Class<T>> type = List.of(x.type());
    Kernel gradient =
        Kernel.of(
                new Kernel.Key(
                    "activation_gradient", List.of(activation), List.of(spec, spec), type),
                (in, of) ->
                    List.of(
                        in.math.mul(of.get(1), Activations.derivative(in, of.get(0), activation))))
            .attach(tf);
    Kernel forward =
        Kernel.of(
                new Kernel.Key("activation", List.of(activation), List.of(spec), type),
                (in, of) -> List.of(Activations.call(in, of.get(0), activation)),
                (back, of, dy) -> List.copyOf(gradient.call(back, List.of(of.get(0), dy.get(0)))))
            .attach(tf);
    return FloatTypes.cast(tf, forward.call(tf, List.of(x)).get(0), x.type());
  }

  /** {@link LayerNorm#formula}. */
  static <T extends TFloating> Operand<T> layerNorm(
      Ops tf,
      Operand<TFloat32> x,
      Operand<TFloat32> scale,
      Operand<TFloat32> bias,
      float epsilon,
      Class<T> type) {
    Kernel.Spec rows = Kernel.Spec.of(x);
    Kernel.Spec width = Kernel.Spec.of(scale);
    Kernel gradient =
        Kernel.of(
                new Kernel.Key(
                    "norm_gradient",
                    List.of(epsilon),
                    List.of(rows, width, rows.as(type)),
                    List.of(TFloat32.class)),
                (in, of) ->
                    List.of(LayerNorm.gradient(in, of.get(0), of.get(1), of.get(2), epsilon)))
            .attach(tf);
    Kernel scaled = scaleGradient(rows, type, epsilon).attach(tf);
    Kernel forward =
        Kernel.of(
                new Kernel.Key(
                    "norm", List.of(epsilon), List.of(rows, width, width), List.of(type)),
                (in, of) ->
                    List.of(LayerNorm.formula(in, of.get(0), of.get(1), of.get(2), epsilon)),
                (back, of, dy) ->
                    List.of(
                        gradient.call(back, List.of(of.get(0), of.get(1), dy.get(0))).get(0),
                        // Of frozen parameters nobody asks for these two: never computed.
                        sumOfRows(back, scaled.call(back, List.of(of.get(0), dy.get(0))).get(0)),
                        sumOfRows(back, dy.get(0))))
            .attach(tf);
    return FloatTypes.cast(tf, forward.call(tf, List.of(x, scale, bias)).get(0), type);
  }

  /**
   * {@link LayerNorm#sum} and {@link LayerNorm#formula} of it.
   *
   * @param factors of each sample's rows of {@code added}, {@code [batch]}; empty for ones
   */
  static <T extends TFloating> LayerNorm.Added<T> addAndNorm(
      Ops tf,
      Operand<TFloat32> x,
      Operand<T> added,
      List<Operand<TFloat32>> factors,
      Operand<TFloat32> scale,
      Operand<TFloat32> bias,
      float epsilon) {
    Class<T> type = added.type();
    Kernel.Spec rows = Kernel.Spec.of(x);
    Kernel.Spec width = Kernel.Spec.of(scale);
    List<Kernel.Spec> factorSpecs = factors.stream().map(Kernel.Spec::of).toList();
    int behind = 4; // x or what stands for it, added or its sum's gradient, scale, bias
    Kernel gradient =
        Kernel.of(
                new Kernel.Key(
                    "add_norm_gradient",
                    List.of(epsilon),
                    join(List.of(rows, width, rows, rows.as(type)), factorSpecs),
                    List.of(TFloat32.class, type)),
                (in, of) -> {
                  Operand<TFloat32> ofSum =
                      in.math.add(
                          of.get(2),
                          LayerNorm.gradient(in, of.get(0), of.get(1), of.get(3), epsilon));
                  return List.of(ofSum, LayerNorm.times(in, ofSum, of.subList(behind, of.size())));
                })
            .attach(tf);
    Kernel scaled = scaleGradient(rows, type, epsilon).attach(tf);
    Kernel forward =
        Kernel.of(
                new Kernel.Key(
                    "add_norm",
                    List.of(epsilon),
                    join(List.of(rows, rows.as(type), width, width), factorSpecs),
                    List.of(TFloat32.class, type)),
                (in, of) -> {
                  Operand<TFloat32> sum =
                      LayerNorm.sum(in, of.get(0), of.get(1), of.subList(behind, of.size()));
                  return List.of(sum, LayerNorm.formula(in, sum, of.get(2), of.get(3), epsilon));
                },
                (back, of, dy) -> {
                  List<Operand<? extends TFloating>> given = of.subList(behind, of.size() - 2);
                  Operand<? extends TFloating> sum = of.get(of.size() - 2);
                  List<Operand<? extends TFloating>> both =
                      gradient.call(
                          back, join(List.of(sum, of.get(2), dy.get(0), dy.get(1)), given));
                  List<Operand<?>> all = new ArrayList<>(both);
                  all.add(sumOfRows(back, scaled.call(back, List.of(sum, dy.get(1))).get(0)));
                  all.add(sumOfRows(back, dy.get(1)));
                  // The factors are drawn, not computed from anything that is trained.
                  given.forEach(factor -> all.add(back.zerosLike(factor)));
                  return all;
                })
            .attach(tf);
    List<Operand<? extends TFloating>> both =
        forward.call(tf, join(List.of(x, added, scale, bias), factors));
    return new LayerNorm.Added<>(
        FloatTypes.wide(tf, both.get(0)), FloatTypes.cast(tf, both.get(1), type));
  }

  private static Kernel scaleGradient(
      Kernel.Spec rows, Class<? extends TFloating> type, float epsilon) {
    return Kernel.of(
        new Kernel.Key(
            "norm_scale_gradient",
            List.of(epsilon),
            List.of(rows, rows.as(type)),
            List.of(TFloat32.class)),
        (in, of) ->
            List.of(
                in.math.mul(LayerNorm.Normalized.of(in, of.get(0), epsilon).values(), of.get(1))));
  }

  /** {@link Heads#split}. */
  static <T extends TFloating> List<Operand<T>> splitHeads(
      Ops tf, Operand<T> packed, Operand<TFloat32> bias, Heads.Layout layout) {
    Class<T> type = packed.type();
    Kernel.Spec part = new Kernel.Spec(layout.shape(), type);
    List<Class<T>> types = repeat(type, layout.parts());
    List<Kernel> joins = new ArrayList<>();
    for (int i = 0; i < layout.parts(); i++) {
      Heads.Layout one = layout.ofPart(i);
      joins.add(
          Kernel.of(
                  new Kernel.Key(
                      "split_heads_gradient", List.of(one), List.of(part), List.of(type)),
                  (in, of) -> List.of(Heads.join(in, of.get(0), one)))
              .attach(tf));
    }
    Kernel forward =
        Kernel.of(
                new Kernel.Key(
                    "split_heads",
                    List.of(layout),
                    List.of(Kernel.Spec.of(packed), Kernel.Spec.of(bias)),
                    types),
                (in, of) -> Heads.split(in, in.math.add(of.get(0), of.get(1)), layout),
                (back, of, dy) -> {
                  List<Operand<T>> rows = new ArrayList<>();
                  for (int i = 0; i < joins.size(); i++) {
                    rows.add(
                        FloatTypes.cast(
                            back, joins.get(i).call(back, List.of(dy.get(i))).get(0), type));
                  }
                  // Not within a kernel: XLA would ask for each element which part it is of.
                  Operand<T> packedGradient = Heads.pack(back, rows);
                  return List.of(packedGradient, sumOfRows(back, packedGradient));
                })
            .attach(tf);
    List<Operand<T>> parts = new ArrayList<>();
    forward
        .call(tf, List.of(packed, bias))
        .forEach(each -> parts.add(FloatTypes.cast(tf, each, type)));
    return parts;
  }

  /** {@link Heads#join}. */
  static <T extends TFloating> Operand<T> joinHeads(Ops tf, Operand<T> x, Heads.Layout layout) {
    Kernel.Spec split = Kernel.Spec.of(x);
    Kernel.Spec joined = new Kernel.Spec(layout.packedShape(), x.type());
    List<Class<T>> type = List.of(x.type());
    Kernel gradient =
        Kernel.of(
                new Kernel.Key("join_heads_gradient", List.of(layout), List.of(joined), type),
                (in, of) -> Heads.split(in, of.get(0), layout))
            .attach(tf);
    Kernel forward =
        Kernel.of(
                new Kernel.Key("join_heads", List.of(layout), List.of(split), type),
                (in, of) -> List.of(Heads.join(in, of.get(0), layout)),
                (back, of, dy) -> List.copyOf(gradient.call(back, List.of(dy.get(0)))))
            .attach(tf);
    return FloatTypes.cast(tf, forward.call(tf, List.of(x)).get(0), x.type());
  }

  /** Softmax over the last axis; its gradient needs the output alone. */
  static <T extends TFloating> Operand<T> softmax(Ops tf, Operand<T> x) {
    Kernel.Spec spec = Kernel.Spec.of(x);
    List<Class<T>> type = List.of(x.type());
    Kernel gradient =
        Kernel.of(
                new Kernel.Key("softmax_gradient", List.of(), List.of(spec, spec), type),
                (in, of) -> {
                  Operand<TFloat32> weighted = in.math.mul(of.get(0), of.get(1));
                  Operand<TFloat32> sums = LayerNorm.rowSum(in, weighted);
                  return List.of(in.math.sub(weighted, in.math.mul(of.get(0), sums)));
                })
            .attach(tf);
    Kernel forward =
        Kernel.of(
                new Kernel.Key("softmax", List.of(), List.of(spec), type),
                (in, of) -> List.of(in.nn.softmax(of.get(0))),
                (back, of, dy) -> List.copyOf(gradient.call(back, List.of(of.get(1), dy.get(0)))))
            .attach(tf);
    // TensorFlow's own softmax takes a quarter of XLA's time.
    return FloatTypes.cast(tf, forward.callInterpreted(tf, List.of(x)).get(0), x.type());
  }

  private static Operand<TFloat32> sumOfRows(Ops tf, Operand<? extends TFloating> x) {
    return tf.sum(FloatTypes.wide(tf, x), tf.constant(0));
  }

  private static <E> List<E> join(List<? extends E> first, List<? extends E> second) {
    List<E> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private static <E> List<E> repeat(E element, int count) {
    return java.util.Collections.nCopies(count, element);
  }
}

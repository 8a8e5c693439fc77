package io.hydrabeam.model.layers;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.model.Activation;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.Tensors;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

final class CustomGradientsTest {

  /** More than a process has callbacks. */
  private static final int LOADERS = 12;

  @Test
  void gradient_ofManyClassLoadersBesideOneTensorFlow_isTheSame() throws Exception {
    float[] expected = Probe.gradient();
    assertThat(expected[0]).isWithin(1e-4f).of(1.0833f); // GELU's at 1
    for (int i = 0; i < LOADERS; i++) {
      Class<?> probe = Class.forName(Probe.class.getName(), true, new JobLoader());
      assertThat(probe).isNotSameInstanceAs(Probe.class);
      assertThat(probe.getMethod("gradient").invoke(null)).isEqualTo(expected);
    }
  }

  /** What a job does, in whichever class loader. */
  public static final class Probe {
    private Probe() {}

    /** The activation's gradient at 1 and −2. */
    public static float[] gradient() {
      try (Graph graph = new Graph()) {
        Ops tf = Ops.create(graph);
        Operand<TFloat32> x = tf.constant(new float[] {1, -2});
        Operand<TFloat32> sum = tf.sum(Fused.activation(tf, x, Activation.GELU), tf.constant(0));
        Output<?>[] gradients = graph.addGradients(sum.asOutput(), new Output<?>[] {x.asOutput()});
        try (Session session =
                new Session(graph, TensorFlowRuntime.singleThread().sessionConfig());
            var result = session.runner().fetch(gradients[0]).run()) {
          return Tensors.toArray((TFloat32) result.get(0));
        }
      }
    }
  }

  /** Loads this program anew, as a cluster's worker does for each job, and all else once. */
  private static final class JobLoader extends ClassLoader {
    JobLoader() {
      super(CustomGradientsTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("io.hydrabeam.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? define(name) : loaded;
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}

package io.hydrabeam.model.adapters;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.params.HydraParameters;
import io.hydrabeam.model.params.Initializers;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.DeltaSpectrum;
import io.hydrabeam.protos.Site;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeltaSpectraTest {
  private static final VitConfig VIT = new VitConfig(16, 8, 8, 2, 2, 12, 1e-6f);

  /** Rank 5 for two branches is more than a width of 8 can have. */
  @ParameterizedTest
  @CsvSource({"BOTH,2", "BOTH,5", "PARALLEL,3", "SEQUENTIAL,1"})
  void of_equalsTheDecompositionOfTheMergedDifference(Branches branches, int rank) {
    HydraConfig hydra =
        new HydraConfig(rank, -0.7, 0, branches, EnumSet.of(Site.ATTENTION, Site.MLP));
    Random random = new Random(rank);
    Map<String, HostTensor> backbone = new HashMap<>(Initializers.backbone(VIT, 1));
    Map<String, HostTensor> adapters = new HashMap<>();
    HydraParameters.shapes(VIT, hydra)
        .forEach((name, shape) -> adapters.put(name, noise(random, shape)));
    VitParameters.headShapes(VIT, 3)
        .forEach((name, shape) -> adapters.put(name, noise(random, shape)));

    List<DeltaSpectrum> spectra = DeltaSpectra.of(backbone, adapters, hydra);

    Map<String, HostTensor> merged = HydraMerge.merge(backbone, adapters, hydra);
    assertThat(spectra).hasSize(2 * VIT.depth());
    for (DeltaSpectrum spectrum : spectra) {
      String name =
          ParameterName.kernel(ParameterName.site(spectrum.getBlock(), spectrum.getSite()));
      RealMatrix base = matrix(backbone.get(name));
      double[] expected =
          new SingularValueDecomposition(matrix(merged.get(name)).subtract(base))
              .getSingularValues();
      assertThat(spectrum.getWeightNorm()).isWithin(1e-6).of(base.getFrobeniusNorm());
      for (int i = 0; i < expected.length; i++) {
        double value = i < spectrum.getSingularValueCount() ? spectrum.getSingularValue(i) : 0;
        assertWithMessage("%s value %s", name, i).that(value).isWithin(2e-6).of(expected[i]);
      }
    }
  }

  private static RealMatrix matrix(HostTensor tensor) {
    int columns = tensor.shape()[1];
    RealMatrix matrix = new Array2DRowRealMatrix(tensor.shape()[0], columns);
    IntStream.range(0, tensor.values().length)
        .forEach(i -> matrix.setEntry(i / columns, i % columns, tensor.values()[i]));
    return matrix;
  }

  private static HostTensor noise(Random random, int... shape) {
    HostTensor tensor = HostTensor.zeros(shape);
    for (int i = 0; i < tensor.values().length; i++) {
      tensor.values()[i] = (float) random.nextGaussian();
    }
    return tensor;
  }
}

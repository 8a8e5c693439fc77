package io.hydrabeam.model.adapters;

import static io.hydrabeam.model.params.ParameterName.kernel;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.DeltaSpectrum;
import io.hydrabeam.protos.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/**
 * Singular values of what merging adds to each adapted layer's weight: {@code W - W0 = s·[Dp,
 * W0·Ds]·[Up; Us]}, a product of a tall and a wide matrix with the branches' joint rank between
 * them. That product is never made: with {@code A = Qa·Ra} and {@code Bᵀ = Qb·Rb} its singular
 * values are those of the small {@code Ra·Rbᵀ}.
 *
 * @see HydraMerge
 */
public final class DeltaSpectra {
  private DeltaSpectra() {}

  /**
   * The spectra of all adapted layers, in the order of the forward pass.
   *
   * @param backbone canonical name to tensor of the frozen model
   * @param adapters all branches of {@code hydra}
   */
  public static List<DeltaSpectrum> of(
      Map<String, HostTensor> backbone, Map<String, HostTensor> adapters, HydraConfig hydra) {
    List<DeltaSpectrum> spectra = new ArrayList<>();
    for (int block = 0; backbone.containsKey(kernel(ParameterName.projection(block))); block++) {
      for (Site site : hydra.sites()) {
        spectra.add(layer(backbone, adapters, hydra, block, site));
      }
    }
    return spectra;
  }

  private static DeltaSpectrum layer(
      Map<String, HostTensor> backbone,
      Map<String, HostTensor> adapters,
      HydraConfig hydra,
      int block,
      Site site) {
    String layer = ParameterName.site(block, site);
    HostTensor weight = tensor(backbone, kernel(layer));
    int in = weight.shape()[0];
    int out = weight.shape()[1];
    int rank =
        (hydra.parallelAt(site) ? hydra.rank() : 0)
            + (hydra.sequentialAt(site) ? hydra.sequentialRank() : 0);
    RealMatrix tall = new Array2DRowRealMatrix(in, rank);
    RealMatrix wide = new Array2DRowRealMatrix(out, rank); // transposed
    int column = 0;
    if (hydra.parallelAt(site)) {
      String branch = ParameterName.parallel(layer);
      tall.setSubMatrix(rows(tensor(adapters, kernel(ParameterName.down(branch)))), 0, column);
      wide.setSubMatrix(columns(tensor(adapters, kernel(ParameterName.up(branch)))), 0, column);
      column += hydra.rank();
    }
    if (hydra.sequentialAt(site)) {
      String branch = ParameterName.sequential(layer);
      HostTensor down = tensor(adapters, kernel(ParameterName.down(branch)));
      tall.setSubMatrix(product(weight, down), 0, column);
      wide.setSubMatrix(columns(tensor(adapters, kernel(ParameterName.up(branch)))), 0, column);
    }
    RealMatrix core = triangle(tall).multiply(triangle(wide).transpose());
    DeltaSpectrum.Builder spectrum =
        DeltaSpectrum.newBuilder().setBlock(block).setSite(site).setWeightNorm(norm(weight));
    for (double value : new SingularValueDecomposition(core).getSingularValues()) {
      spectrum.addSingularValue((float) (Math.abs(hydra.scale()) * value));
    }
    return spectrum.build();
  }

  /** R of a QR decomposition, without the rows of zeros below. */
  private static RealMatrix triangle(RealMatrix matrix) {
    RealMatrix r = new QRDecomposition(matrix).getR();
    int size = Math.min(r.getRowDimension(), r.getColumnDimension());
    return r.getSubMatrix(0, size - 1, 0, r.getColumnDimension() - 1);
  }

  private static double[][] rows(HostTensor tensor) {
    int columns = tensor.shape()[1];
    double[][] rows = new double[tensor.shape()[0]][columns];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < columns; j++) {
        rows[i][j] = tensor.values()[i * columns + j];
      }
    }
    return rows;
  }

  private static double[][] columns(HostTensor tensor) {
    return new Array2DRowRealMatrix(rows(tensor), false).transpose().getData();
  }

  /** {@code a·b}, row by row of a, whose copy in double precision would be large. */
  private static double[][] product(HostTensor a, HostTensor b) {
    int inner = a.shape()[1];
    int columns = b.shape()[1];
    double[][] result = new double[a.shape()[0]][columns];
    for (int row = 0; row < result.length; row++) {
      for (int i = 0; i < inner; i++) {
        double factor = a.values()[row * inner + i];
        for (int column = 0; column < columns; column++) {
          result[row][column] += factor * b.values()[i * columns + column];
        }
      }
    }
    return result;
  }

  private static double norm(HostTensor tensor) {
    double sum = 0;
    for (float value : tensor.values()) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  private static HostTensor tensor(Map<String, HostTensor> tensors, String name) {
    HostTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("parameter %s is missing".formatted(name));
    }
    return tensor;
  }
}

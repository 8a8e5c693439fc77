package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.params.BackboneParameters;
import io.hydrabeam.model.params.HydraParameters;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an adapter's tensors do not tell.
 *
 * @param method what was trained
 * @param hydra the adapters; kept for method HYDRA, null for the others
 * @param model sizes of the backbone
 * @param classes of the head
 * @param batchNorm whether features go through batch normalisation first, with stored statistics
 * @param normalization of pixels
 * @param backboneHash of the frozen weights, or those that training started from
 * @param provenance free notes, such as task, seed and job
 */
public record AdapterConfig(
    Method method,
    @Nullable HydraConfig hydra,
    BackboneConfig model,
    int classes,
    boolean batchNorm,
    Normalization normalization,
    String backboneHash,
    Map<String, String> provenance) {

  public AdapterConfig {
    if (method == Method.HYDRA && hydra == null) {
      throw new IllegalArgumentException("method hydra needs its adapters' configuration");
    }
    hydra = method == Method.HYDRA ? hydra : null;
    if (classes <= 0) {
      throw new IllegalArgumentException("classes (%d) must be positive".formatted(classes));
    }
    provenance = Collections.unmodifiableMap(new TreeMap<>(provenance));
  }

  /**
   * Sizes of the backbone as a vision transformer's.
   *
   * @throws IllegalArgumentException if it is one of texts
   */
  public VitConfig vit() {
    return model.vision();
  }

  /** Whether the head gives a number, as one of texts with a single output does, and no classes. */
  public boolean regression() {
    return model instanceof RobertaConfig && classes == 1;
  }

  /** Canonical name to shape of all that is stored: what the method trains, and the head. */
  public Map<String, int[]> shapes() {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    if (hydra != null) {
      shapes.putAll(HydraParameters.shapes(model, hydra));
    } else if (method == Method.FULL) {
      shapes.putAll(BackboneParameters.shapes(model));
    }
    shapes.putAll(BackboneParameters.headShapes(model, classes));
    if (batchNorm) {
      shapes.putAll(VitParameters.statisticsShapes(model));
    }
    return shapes;
  }
}

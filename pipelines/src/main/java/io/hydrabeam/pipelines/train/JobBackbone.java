package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.pipelines.backbones.Backbones;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.JobKey;

/** The backbone that a job was made for, and no other. */
public final class JobBackbone {
  private JobBackbone() {}

  /**
   * Reads the backbone, or draws it from the job's seed where the key says so.
   *
   * @param name as in {@code --backbone}; without meaning for a drawn one
   * @throws HydraException if the weights are not those that the key names
   */
  public static Backbone load(String name, JobKey key) {
    if (BackboneSource.isRandom(key.getBackboneHash())) {
      return Backbone.random(BackboneSource.randomSizes(key.getBackboneHash()), key.getSeed());
    }
    Backbone backbone = Backbones.load(name);
    if (!backbone.hash().equals(key.getBackboneHash())) {
      throw HydraException.failed(
          "the backbone %s (hash %.12s) is not the one that the job was made for (hash %.12s)"
              .formatted(name, backbone.hash(), key.getBackboneHash()));
    }
    return backbone;
  }
}

package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.evaluations.Prediction;
import io.hydrabeam.pipelines.evaluations.Predictions;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.EvaluationShard;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shards' predictions that an attempt before this one has left in the evaluation's folder. */
final class ShardsLeft {
  private static final Logger LOG = LoggerFactory.getLogger(ShardsLeft.class);

  private ShardsLeft() {}

  /**
   * What is gathered of a shard's predictions. Probabilities are written so that they are read back
   * as the same numbers.
   *
   * @param file with them; empty is returned where there is none, or it is not whole
   */
  static Optional<ShardTally> recount(String file, EvaluationShard part, int shard)
      throws IOException {
    if (Storage.find(file).isEmpty()) {
      return Optional.empty();
    }
    ShardTally tally = ShardTally.of(part);
    try (Predictions predictions =
        part.getOfHidden() ? Predictions.openHidden(file) : Predictions.open(file)) {
      for (Prediction one; (one = predictions.next()) != null; ) {
        tally.add(one.probabilities(), one.number(), one.labels());
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.debug("{} is made anew", file, e);
      return Optional.empty();
    }
    long wanted = EvaluationShards.split(part).getShardLength(shard);
    return tally.records() == wanted ? Optional.of(tally) : Optional.empty();
  }
}

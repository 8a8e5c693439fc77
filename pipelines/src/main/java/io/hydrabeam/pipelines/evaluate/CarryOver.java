package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.Score;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds earlier evaluations' scores of which all that determines them is unchanged. */
final class CarryOver {
  private static final Logger LOG = LoggerFactory.getLogger(CarryOver.class);

  /** Older ones are not looked at: a score that has changed since is in none. */
  private static final int LATEST = 32;

  private CarryOver() {}

  /** A stored score and the folder of its evaluation. */
  private record Found(Score score, String folder) {}

  /**
   * The same jobs, each with the newest score there is of its determinants; one that lacks hidden
   * records' predictions which there should be is none. Whether the predictions behind it still
   * stand is for workers to see.
   *
   * @param scores folder of the evaluations
   */
  static List<EvaluationShard> find(List<EvaluationShard> wholes, String scores)
      throws IOException {
    Set<String> missing = new HashSet<>();
    Set<String> withHidden = new HashSet<>();
    for (EvaluationShard whole : wholes) {
      missing.add(whole.getDeterminantsHash());
      if (ExampleFolder.hidden(whole.getInfo()).isPresent()) {
        withHidden.add(whole.getDeterminantsHash());
      }
    }
    Map<String, Found> found = new HashMap<>();
    for (String folder : EvaluationFolder.newestFirst(scores).stream().limit(LATEST).toList()) {
      if (missing.isEmpty()) {
        break;
      }
      for (Score score : scoresOf(folder)) {
        String determinants = score.getDeterminantsHash();
        boolean whole =
            !score.getPredictionsHash().isEmpty()
                && (score.hasHidden() || !withHidden.contains(determinants));
        if (whole && missing.remove(determinants)) {
          found.put(determinants, new Found(score, folder));
        }
      }
    }
    return wholes.stream()
        .map(whole -> withStored(whole, found.get(whole.getDeterminantsHash())))
        .toList();
  }

  private static EvaluationShard withStored(EvaluationShard whole, @Nullable Found found) {
    return found == null
        ? whole
        : whole.toBuilder().setStored(found.score()).setStoredIn(found.folder()).build();
  }

  private static List<Score> scoresOf(String folder) {
    try {
      return EvaluationFolder.open(folder).result().getScoreList();
    } catch (HydraException e) {
      LOG.warn("nothing is carried over from it: {}", e.line());
      return List.of();
    }
  }
}

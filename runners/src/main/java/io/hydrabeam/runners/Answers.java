package io.hydrabeam.runners;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.model.Samples;
import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.pipelines.common.HydraException;
import java.util.List;

/**
 * What a model says of samples: class probabilities, or the number of a regression.
 *
 * @param regression whether it is a number
 * @param names of the classes; may be empty
 */
record Answers(boolean regression, List<String> names) {

  /** {@code [samples][classes]}. */
  float[][] of(Classifier classifier, Samples samples) {
    return regression ? classifier.logits(samples) : classifier.probabilities(samples);
  }

  /** Puts a sample's into its line. */
  void put(ObjectNode line, float[] answer) {
    int best = 0;
    ArrayNode values = line.arrayNode();
    for (int c = 0; c < answer.length; c++) {
      if (!Float.isFinite(answer[c])) {
        throw HydraException.failed("the model's %s are not finite".formatted(what()));
      }
      best = answer[c] > answer[best] ? c : best;
      values.add(answer[c]);
    }
    if (regression) {
      line.put("predicted", answer[0]);
      return;
    }
    line.put("class", best);
    if (!names.isEmpty()) {
      line.put("name", names.get(best));
    }
    line.put("probability", answer[best]);
    line.set("probabilities", values);
  }

  /** The word for them. */
  String what() {
    return regression ? "numbers" : "probabilities";
  }
}

package io.hydrabeam.model.optim;

import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydrabeam.model.Vectors;
import org.junit.jupiter.api.Test;

final class WarmupCosineTest {

  @Test
  void rate_ofEveryEpoch_equalsTheOriginals() {
    JsonNode reference = Vectors.json("vit_hydra_train/lr_schedule.json");
    int epochs = reference.get("epochs").intValue();
    for (var fields = reference.get("base_lr").fields(); fields.hasNext(); ) {
      var field = fields.next();
      WarmupCosine schedule =
          new WarmupCosine(
              Double.parseDouble(field.getKey()),
              WarmupCosine.WARMUP_EPOCHS_DEFAULT,
              WarmupCosine.COSINE_EPOCHS_DEFAULT);
      JsonNode rates = field.getValue().get("lr_in_force_during_epoch");
      assertWithMessage("epochs").that(rates.size()).isEqualTo(epochs);
      for (int epoch = 0; epoch < epochs; epoch++) {
        double expected = rates.get(epoch).doubleValue();
        assertWithMessage("base %s, epoch %s", field.getKey(), epoch)
            .that(schedule.rate(epoch))
            .isWithin(1e-12 * expected)
            .of(expected);
      }
    }
  }

  @Test
  void constructor_ratesThatAreNone_areRefused() {
    for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> new WarmupCosine(rate, 10, 500));
    }
  }
}

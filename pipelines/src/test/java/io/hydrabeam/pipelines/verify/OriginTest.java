package io.hydrabeam.pipelines.verify;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydrabeam.protos.Precision;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OriginTest {

  @Test
  void parse_provenance_tellsPlacesAndMachine() throws IOException {
    Origin origin =
        parse(
            """
            {"program": {"classesHash": "abc", "tensorflow": "2.18.0"},
             "machine": {"device": "gpu"},
             "options": {"examples": "e", "runs": "r", "backbone": "b", "precision": "bf16",
                         "evalBatch": "7"}}
            """);
    assertThat(origin)
        .isEqualTo(
            new Origin(
                "e", "r", "b", Precision.BF16, 7, new Origin.Machine("abc", "2.18.0", "gpu")));
  }

  @Test
  void parse_nothingTold_isUnknown() throws IOException {
    assertThat(parse("{}")).isEqualTo(Origin.unknown());
    assertThat(parse("{\"options\": {\"evalBatch\": \"-1\"}}")).isEqualTo(Origin.unknown());
  }

  @Test
  void unlike_namesWhatDiffersAndIsKnown() {
    Origin.Machine here = new Origin.Machine("1234567890abcdef", "2.18.0", "cpu");
    assertThat(here.unlike(here)).isEqualTo(Optional.empty());
    assertThat(Origin.unknown().machine().unlike(here)).isEqualTo(Optional.empty());
    assertThat(new Origin.Machine("f", "2.17.0", "gpu").unlike(here))
        .isEqualTo(
            Optional.of(
                "TensorFlow was 2.17.0, here it is 2.18.0, device was gpu, here it is cpu, program"
                    + " was f, here it is 1234567890ab"));
  }

  private static Origin parse(String text) throws IOException {
    return Origin.parse(text.getBytes(UTF_8));
  }
}

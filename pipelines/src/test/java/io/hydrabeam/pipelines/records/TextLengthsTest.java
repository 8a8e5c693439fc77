package io.hydrabeam.pipelines.records;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.protos.SplitInfo;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextLengthsTest {

  /** Three texts of 4 tokens, one of 20. */
  private static TextLengths lengths() {
    SplitInfo.Builder split = SplitInfo.newBuilder().addAllLengthCount(Collections.nCopies(21, 0L));
    return TextLengths.of(split.setLengthCount(4, 3).setLengthCount(20, 1).build());
  }

  @Test
  void sums_areOverTextsOfEachLength() {
    assertThat(lengths().texts()).isEqualTo(4);
    assertThat(lengths().longest()).isEqualTo(20);
    assertThat(lengths().tokens()).isEqualTo(32);
    assertThat(lengths().inBuckets()).isEqualTo(3 * 16 + 32);
  }

  @Test
  void line_tellsThePaddingWithAndWithoutBuckets() {
    assertThat(lengths().line(128))
        .isEqualTo(
            "4 to 20 tokens, 8.0 on average; of what is computed 60 % is padding (60 % if all were"
                + " padded to 20, 94 % to 128)");
  }

  @Test
  void of_unknown_isEmpty() {
    TextLengths none = new TextLengths(List.of());
    assertThat(none.texts()).isEqualTo(0);
    assertThat(none.longest()).isEqualTo(0);
  }
}

package io.hydrabeam.pipelines.records;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ListedKeyTest {

  @Test
  void of_places_sortAsTheIndex() {
    assertThat(List.of(ListedKey.of(9, "z"), ListedKey.of(10, "a"), ListedKey.of(99_999_999, "")))
        .isInStrictOrder();
    assertThrows(IllegalArgumentException.class, () -> ListedKey.of(100_000_000, "x"));
    assertThrows(IllegalArgumentException.class, () -> ListedKey.of(-1, "x"));
  }

  @Test
  void place_key_isToldBack() {
    assertThat(ListedKey.of(17, "test.zip@a b/1:2.jpg")).isEqualTo("00000017:test.zip@a b/1:2.jpg");
    assertThat(ListedKey.place("00000017:test.zip@a.jpg").orElseThrow()).isEqualTo(17);
    assertThat(ListedKey.place("images/test/000017.jpg").isPresent()).isFalse();
    assertThat(ListedKey.place("0000001x:a").isPresent()).isFalse();
    assertThat(ListedKey.place("17").isPresent()).isFalse();
  }
}

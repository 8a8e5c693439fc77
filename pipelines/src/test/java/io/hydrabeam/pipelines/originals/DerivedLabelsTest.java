package io.hydrabeam.pipelines.originals;

import static com.google.common.truth.Truth.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Labels that follow from published numbers, at the edges of their bins. */
final class DerivedLabelsTest {

  @Test
  void clevr_countsFromThreeObjects() {
    assertThat(DerivedLabels.clevrCount(3)).isEqualTo(0);
    assertThat(DerivedLabels.clevrCount(10)).isEqualTo(7);
  }

  @Test
  void clevrDistance_isTheBinOfTheNearestObject_whoseEdgesBelongBelow() {
    assertThat(DerivedLabels.clevrDistance(new double[] {12, 8.0, 9})).isEqualTo(0);
    assertThat(DerivedLabels.clevrDistance(new double[] {12, 8.001})).isEqualTo(1);
    assertThat(DerivedLabels.clevrDistance(new double[] {8.5})).isEqualTo(1);
    assertThat(DerivedLabels.clevrDistance(new double[] {9.5})).isEqualTo(3);
    assertThat(DerivedLabels.clevrDistance(new double[] {10})).isEqualTo(4);
    assertThat(DerivedLabels.clevrDistance(new double[] {10.5})).isEqualTo(5);
  }

  @Test
  void kittiDistance_withoutVehicles_isTheLastClass() {
    assertThat(DerivedLabels.kittiDistance(new double[] {30, 8})).isEqualTo(0);
    assertThat(DerivedLabels.kittiDistance(new double[] {8.01})).isEqualTo(1);
    assertThat(DerivedLabels.kittiDistance(new double[] {20})).isEqualTo(1);
    assertThat(DerivedLabels.kittiDistance(new double[] {20.5})).isEqualTo(2);
    assertThat(DerivedLabels.kittiDistance(new double[] {})).isEqualTo(3);
  }

  @Test
  void dsprites_labelsFollowFromThePosition() {
    // Y is fastest: 32 of them, then X, then the orientation.
    assertThat(DerivedLabels.dspritesLocation(31)).isEqualTo(0);
    assertThat(DerivedLabels.dspritesLocation(2 * 32)).isEqualTo(1);
    assertThat(DerivedLabels.dspritesLocation(31 * 32 + 5)).isEqualTo(15);
    assertThat(IntStream.range(0, 40).map(o -> DerivedLabels.dspritesOrientation(o * 1024)).boxed())
        .containsExactly(
            0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 6, 7, 7, 8, 8, 8, 9, 9, 10, 10, 10,
            11, 11, 12, 12, 12, 13, 13, 14, 14, 14, 15, 15)
        .inOrder();
    assertThat(DerivedLabels.dspritesOrientation(40 * 1024)).isEqualTo(0);
  }

  @Test
  void publishedNumbers_thatAreNoClasses() {
    assertThat(DerivedLabels.smallnorbAzimuth(34)).isEqualTo(17);
    assertThat(DerivedLabels.svhn(10)).isEqualTo(0);
    assertThat(DerivedLabels.svhn(9)).isEqualTo(9);
  }

  @Test
  void numpyRandom_permutesAsNumpyDoes() {
    // numpy.random.RandomState(seed).permutation(10)
    assertThat(new NumpyRandom(42).permutation(10))
        .containsExactly(8, 1, 5, 0, 7, 2, 9, 4, 3, 6)
        .inOrder();
    assertThat(new NumpyRandom(123).permutation(10))
        .containsExactly(4, 0, 7, 5, 8, 3, 1, 6, 9, 2)
        .inOrder();
  }

  @Test
  void kittiVideos_drawsATenthOfTheSortedDrivesTwice() {
    List<String> drives = IntStream.range(0, 10).mapToObj(i -> "drive" + (9 - i)).toList();
    KittiVideos videos = KittiVideos.of(drives);
    assertThat(videos.test()).containsExactly("drive4");
    assertThat(videos.validation()).hasSize(1);
    assertThat(videos.validation()).doesNotContain("drive4");
    assertThat(KittiVideos.of(List.of("a", "b", "c", "a")).test()).hasSize(1);
  }
}

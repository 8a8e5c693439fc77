package io.hydrabeam.pipelines.fewshot;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.Layout;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

final class FewShotSampleTest {
  private static final List<int[]> THREE_CLASSES =
      IntStream.range(0, 30).mapToObj(i -> new int[] {i % 3}).toList();
  private static final Catalog SAMPLED =
      Catalog.newBuilder().setBenchmark("own").setLayout(Layout.IMAGE_FOLDER).build();

  private static SampleOptions options(String... args) {
    return PipelineOptionsFactory.fromArgs(args).as(SampleOptions.class);
  }

  @Test
  void draw_fiveShots_holdsOneOfEachClassOut() {
    FewShotSample sample = FewShotSample.draw(THREE_CLASSES, 3, false, 5, 0);

    assertThat(sample.chosen())
        .asList()
        .containsExactly(3, 10, 18, 17, 5, 0, 7, 26, 29, 14, 25, 21, 19, 4, 6)
        .inOrder();
    // The first of each class: 3 of class 0, 10 of 1, 17 of 2.
    boolean[] validation = new boolean[15];
    validation[0] = true;
    validation[1] = true;
    validation[3] = true;
    assertThat(sample.validation()).isEqualTo(validation);
  }

  @Test
  void draw_oneShot_takesASecondImageToChooseBy() {
    FewShotSample sample = FewShotSample.draw(THREE_CLASSES, 3, false, 1, 2);

    assertThat(sample.chosen()).hasLength(6);
    assertThat(IntStream.range(0, 6).filter(i -> sample.validation()[i]).count()).isEqualTo(3);
  }

  @Test
  void draw_allShots_keepsFileOrder() {
    FewShotSample sample = FewShotSample.draw(THREE_CLASSES, 3, false, ExampleFolder.ALL_SHOTS, 7);

    assertThat(sample.chosen()).isEqualTo(IntStream.range(0, 30).toArray());
    for (int i = 0; i < 30; i++) {
      assertThat(sample.validation()[i]).isEqualTo(i < 6);
    }
  }

  @Test
  void draw_labelListedTwice_countsTwice() {
    List<int[]> labels = List.of(new int[] {0, 0}, new int[] {0}, new int[] {0}, new int[] {0});

    assertThat(FewShotSample.draw(labels, 1, true, 2, 0).chosen().length).isAtMost(2);
  }

  @Test
  void shots_numbersAndFull_areParsed() {
    assertThat(Shots.of(options("--shots=5,20,full"), SAMPLED))
        .containsExactly(5, 20, ExampleFolder.ALL_SHOTS)
        .inOrder();
    assertThat(Shots.of(options(), SAMPLED)).containsExactly(5);
    assertThat(Shots.of(options(), Catalogs.load("vtab1k"))).containsExactly(0);
  }

  @Test
  void shots_thatAreNone_areRefused() {
    for (String wrong : List.of("0", "-3", "many", "1.5")) {
      HydraException thrown =
          assertThrows(HydraException.class, () -> Shots.of(options("--shots=" + wrong), SAMPLED));
      assertThat(thrown).hasMessageThat().contains("--shots has '%s'".formatted(wrong));
      assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    }
  }

  @Test
  void shots_ofFixedSplits_areRefused() {
    HydraException thrown =
        assertThrows(
            HydraException.class, () -> Shots.of(options("--shots=5"), Catalogs.load("vtab1k")));

    assertThat(thrown).hasMessageThat().contains("the splits of vtab1k are fixed");
  }

  @Test
  void seeds_withoutOption_areTheBenchmarks() {
    assertThat(options("--benchmark=vtab1k").getSeeds()).containsExactly(0L);
  }
}

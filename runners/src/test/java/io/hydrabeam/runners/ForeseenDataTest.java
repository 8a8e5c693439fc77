package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.catalog.Catalogs;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ForeseenDataTest {

  @Test
  void limitTokens_isTheSmallerOf512AndWhatTheBackboneTakes() {
    assertThat(limited("roberta/50/64/32/2/4/64", null)).isEqualTo(62);
    assertThat(limited("roberta/50/1026/32/2/4/64", null)).isEqualTo(512);
  }

  @Test
  void limitTokens_whatTheUserSays_stays() {
    assertThat(limited("roberta/50/64/32/2/4/64", 100)).isEqualTo(100);
  }

  @Test
  void limitTokens_ofImages_looksAtNoBackbone() {
    RunOptions options = PipelineOptionsFactory.create().as(RunOptions.class);
    options.setBenchmark(Catalogs.VTAB1K);
    options.setBackbone("missing.safetensors");
    ForeseenData.limitTokens(options);
    assertThat(options.getMaxTokens()).isNull();
  }

  private static @Nullable Integer limited(String backbone, @Nullable Integer given) {
    RunOptions options = PipelineOptionsFactory.create().as(RunOptions.class);
    options.setBenchmark(Catalogs.GLUE);
    options.setRandomBackbone(backbone);
    options.setMaxTokens(given);
    ForeseenData.limitTokens(options);
    return options.getMaxTokens();
  }
}

package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.testing.glue.SyntheticGlue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GLUE's eight tasks in processes of their own, on small tables in the published formats. */
final class GlueIT {

  @TempDir Path folder;

  private Path data;

  @BeforeEach
  void writeTables() throws IOException {
    data = folder.resolve("data");
    SyntheticGlue.write(data, 48, 20, 1);
    SyntheticGlue.writeHidden(data, 6, 1);
  }

  @Test
  void run_allTasks_scoresThem_andTheirScoresStand() throws Exception {
    Launched first = hydra("run");
    assertWithMessage(first.err()).that(first.exitCode()).isEqualTo(0);
    assertThat(first.err()).contains("8 tasks x hydra x 1 seeds = 8 trainings");
    assertThat(first.err()).contains("; starts from the adapter mnli/");
    assertThat(first.out()).contains("Matthews correlation");
    assertThat(first.out()).contains("accuracy (mismatched)");
    assertThat(zipped())
        .containsExactly(
            "CoLA.tsv",
            "MNLI-m.tsv",
            "MNLI-mm.tsv",
            "MRPC.tsv",
            "QNLI.tsv",
            "QQP.tsv",
            "RTE.tsv",
            "SST-2.tsv",
            "STS-B.tsv");

    Launched again = hydra("run");
    assertThat(again.err()).contains("train: 0 done, 8 were finished");
    Launched verified =
        HydraProcess.run(folder, "verify", "hydra-out/scores", "--images=5", "--device=cpu");
    assertWithMessage(verified.err() + verified.out()).that(verified.exitCode()).isEqualTo(0);
    assertThat(verified.out()).contains("8 of 8 scores stand");
  }

  @Test
  void preprocess_rowsThatCannotBeUsed_areNamedAndNothingIsWritten() throws Exception {
    Path table = data.resolve("RTE/train.tsv");
    Files.writeString(table, Files.readString(table) + "48\tA day\t\"A\tday\tentailment\n");
    Launched launched = hydra("preprocess", "--tasks=rte");
    assertThat(launched.exitCode()).isEqualTo(1);
    assertThat(launched.err()).contains("train.tsv:50");
    assertThat(launched.err())
        .contains(
            "has 5 columns, expected 4 (a quote encloses nothing here: tabs inside it divide columns)");
    assertThat(Files.exists(folder.resolve("hydra-out/examples/glue/rte/DONE.json"))).isFalse();

    Launched allowed = hydra("preprocess", "--tasks=rte", "--maxBadRecords=1");
    assertThat(allowed.exitCode()).isEqualTo(3);
    assertThat(Files.readString(folder.resolve("hydra-out/examples/glue/rte/bad_records.jsonl")))
        .contains("train.tsv:50");
  }

  private Launched hydra(String command, String... more) throws Exception {
    List<String> words =
        Stream.concat(
                Stream.of(
                    command,
                    "--benchmark=glue",
                    "--input=" + data,
                    "--vocabulary=" + data.resolve("vocab.json")),
                Stream.of(more))
            .toList();
    if (command.equals("run")) {
      words =
          Stream.concat(
                  words.stream(),
                  Stream.of(
                      "--randomBackbone=roberta/%d/66/32/2/4/64"
                          .formatted(SyntheticGlue.vocabularySize(data)),
                      "--epochs=2",
                      "--method=hydra",
                      "--device=cpu"))
              .toList();
    }
    return HydraProcess.run(folder, words.toArray(String[]::new));
  }

  private List<String> zipped() throws IOException {
    try (Stream<Path> paths = Files.walk(folder.resolve("hydra-out/scores"))) {
      List<Path> zips = paths.filter(path -> path.endsWith("submission.zip")).toList();
      assertThat(zips).hasSize(1);
      try (ZipFile zip = new ZipFile(zips.get(0).toFile())) {
        return zip.stream().map(ZipEntry::getName).toList();
      }
    }
  }
}

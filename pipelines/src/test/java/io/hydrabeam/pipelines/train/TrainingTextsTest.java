package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.text.RobertaTokenizer;
import io.hydrabeam.model.train.Targets;
import io.hydrabeam.model.train.TextSet;
import io.hydrabeam.pipelines.preprocess.PreprocessOptions;
import io.hydrabeam.pipelines.preprocess.PreprocessPipeline;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.testing.glue.SyntheticGlue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainingTextsTest {

  private static final int ROWS = 300;

  @TempDir Path temp;

  @Test
  void load_texts_standAsInTheirTableWhateverTheShards() throws IOException {
    DatasetInfo info = preprocessed("stsb");
    assertThat(info.getSplit(0).getShardLengthCount()).isGreaterThan(1);

    TextSet set = (TextSet) sets().load(examples(), info, "train");

    RobertaTokenizer tokenizer = RobertaTokenizer.load(temp.resolve("vocab.json"));
    List<String> lines = Files.readAllLines(temp.resolve("STS-B/train.tsv"));
    float[] numbers = ((Targets.Numbers) set.targets()).numbers();
    assertThat(numbers).hasLength(ROWS);
    for (int i = 0; i < ROWS; i++) {
      String[] fields = lines.get(i + 1).split("\t");
      assertThat(set.ids()[i]).isEqualTo(tokenizer.pair(fields[7], fields[8], 512).ids());
      assertThat(numbers[i]).isEqualTo(Float.parseFloat(fields[9]));
    }
  }

  @Test
  void load_textsOfClasses_haveTheirLabels() throws IOException {
    DatasetInfo info = preprocessed("cola");

    TextSet set = (TextSet) sets().load(examples(), info, "train");

    List<String> lines = Files.readAllLines(temp.resolve("CoLA/train.tsv"));
    int[][] labels = ((Targets.Labels) set.targets()).labels();
    for (int i = 0; i < ROWS; i++) {
      assertThat(labels[i]).isEqualTo(new int[] {Integer.parseInt(lines.get(i).split("\t")[1])});
    }
  }

  @Test
  void load_textsThatAreFewerThanTheMarkerSays_isRefused() throws IOException {
    DatasetInfo.Builder more = preprocessed("cola").toBuilder();
    more.getSplitBuilder(0).setImages(ROWS + 1).clearContentHash();

    IOException thrown =
        assertThrows(IOException.class, () -> sets().load(examples(), more.build(), "train"));

    assertThat(thrown)
        .hasMessageThat()
        .isEqualTo("cola has 300 training texts, its marker says 301");
  }

  private static TrainingSets sets() {
    return new TrainingSets(1);
  }

  private String examples() {
    return temp.resolve("examples").toString();
  }

  private DatasetInfo preprocessed(String task) throws IOException {
    SyntheticGlue.write(temp, ROWS, 4, 5);
    PreprocessPipeline.run(
        PipelineOptionsFactory.fromArgs(
                "--benchmark=glue",
                "--tasks=" + task,
                "--input=" + temp,
                "--vocabulary=" + temp.resolve("vocab.json"),
                "--examples=" + examples())
            .as(PreprocessOptions.class));
    return ExampleFolder.open(examples(), "glue", task);
  }
}

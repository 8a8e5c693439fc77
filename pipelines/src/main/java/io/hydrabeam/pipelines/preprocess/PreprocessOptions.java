package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.common.HydraOptions;
import io.hydrabeam.pipelines.common.VocabularyOptions;
import io.hydrabeam.pipelines.fewshot.SampleOptions;
import io.hydrabeam.pipelines.records.StorageFormat;
import io.hydrabeam.pipelines.sample.SampleTasks;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.DefaultValueFactory;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** Options of {@code preprocess}. */
public interface PreprocessOptions extends SampleOptions, VocabularyOptions {

  @Description(
      "Folder of the benchmark's images or tables, local or gs://; tasks --verbose tells what it must hold.")
  @Nullable String getInput();

  void setInput(@Nullable String value);

  @Description(
      "What --input holds: prepared (folders with list files), original (the archives that the data sets'"
          + " owners publish), tfds (a data directory of TensorFlow Datasets), or auto to look.")
  @Default.Enum("AUTO")
  SourceKind getSource();

  void setSource(SourceKind value);

  @Description(
      "Pixels of archives and of TFDS directories: original, or jpeg75 for the loss that prepared folders"
          + " have.")
  @Default.Enum("ORIGINAL")
  SourcePixels getPixels();

  void setPixels(SourcePixels value);

  @Description(
      "File with a published sample list, as sample_list.tsv beside the TFRecords; must name the same"
          + " images.")
  @Nullable String getSampleList();

  void setSampleList(@Nullable String value);

  @Description(
      "Longest sequence of tokens, start and end included; longer texts are cut as RoBERTa's own are."
          + " Default: 512; with run and plan no more than the backbone takes.")
  @Nullable Integer getMaxTokens();

  void setMaxTokens(@Nullable Integer value);

  @Description("Registry of data sets, a JSON file; by default vision_datasets.json in --input.")
  @Nullable String getRegistry();

  void setRegistry(@Nullable String value);

  @Description(
      "Side of the square images, pixels; by default 224, for the sample benchmarks 48, as they are"
          + " drawn.")
  @Default.InstanceFactory(DefaultImageSize.class)
  int getImageSize();

  void setImageSize(int value);

  @Description("How pixels are stored, without loss in any case: auto, raw or png.")
  @Default.Enum("AUTO")
  StorageFormat getImageFormat();

  void setImageFormat(StorageFormat value);

  @Description("Size that a file of records should stay below, bytes.")
  @Default.Long(64L << 20)
  long getShardBytes();

  void setShardBytes(long value);

  @Description("Images or rows that may be rejected, a number; with more, nothing is committed.")
  @Default.Long(0)
  long getMaxBadRecords();

  void setMaxBadRecords(long value);

  @Description(
      "Seed of the sample benchmarks' pictures, a number; another one than the default draws others.")
  @Default.Long(SampleTasks.SEED)
  long getGeneratorSeed();

  void setGeneratorSeed(long value);

  /** Drawn pictures have a size of their own; photographs take what ViT-B/16 was trained with. */
  final class DefaultImageSize implements DefaultValueFactory<Integer> {
    private static final int PHOTOGRAPHS = 224;
    private static final int DRAWN = SampleTasks.IMAGE_SIZE;

    @Override
    public Integer create(PipelineOptions options) {
      HydraOptions hydra = options.as(HydraOptions.class);
      boolean drawn = hydra.getCatalog() == null && hydra.getBenchmark().startsWith("sample");
      return drawn ? DRAWN : PHOTOGRAPHS;
    }
  }
}

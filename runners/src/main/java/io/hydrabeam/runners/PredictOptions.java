package io.hydrabeam.runners;

import io.hydrabeam.pipelines.common.VocabularyOptions;
import java.util.List;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.jspecify.annotations.Nullable;

/** Options of {@code predict}. */
public interface PredictOptions extends ClassNamesOptions, VocabularyOptions {

  @Description("JPEG or PNG files, or folders of such; also accepted without --images=.")
  @Nullable List<String> getImages();

  void setImages(@Nullable List<String> value);

  @Description(
      "For a model of texts: UTF-8 files, or folders of .txt and .tsv files, with a sentence or two"
          + " sentences and a tab between them on each line; with --vocabulary also accepted without"
          + " --texts=.")
  @Nullable List<String> getTexts();

  void setTexts(@Nullable List<String> value);

  @Description("Images or texts that are classified together.")
  @Default.Integer(16)
  int getBatch();

  void setBatch(int value);
}

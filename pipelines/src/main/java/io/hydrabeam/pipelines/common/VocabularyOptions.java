package io.hydrabeam.pipelines.common;

import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** Where a tokenizer's vocabulary is. */
public interface VocabularyOptions extends PipelineOptions {

  @Description(
      "Vocabulary of texts. CLIP's: bpe_simple_vocab_16e6.txt, gzipped or not, or vocab.json with"
          + " merges.txt beside it; RoBERTa's: vocab.json with merges.txt beside it.")
  @Nullable String getVocabulary();

  void setVocabulary(@Nullable String value);
}

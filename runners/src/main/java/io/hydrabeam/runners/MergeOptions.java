package io.hydrabeam.runners;

import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.Validation;

/** Options of {@code merge}. */
public interface MergeOptions extends AdapterOptions {

  @Description(
      "Safetensors file to write, with timm's names (CLIP: OpenAI's; RoBERTa: Hugging Face's); a JSON file of its name goes"
          + " beside.")
  @Validation.Required
  String getOutput();

  void setOutput(String value);
}

package io.hydrabeam.runners;

import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.Validation;

/** Options of {@code export}. */
public interface ExportOptions extends ClassNamesOptions {

  @Description(
      "New folder for the SavedModel, local or gs://; TensorFlow Serving wants a number as its name,"
          + " as in models/pets/1.")
  @Validation.Required
  String getOutput();

  void setOutput(String value);
}

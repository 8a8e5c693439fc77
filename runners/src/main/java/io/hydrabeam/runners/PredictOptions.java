package io.hydrabeam.runners;

import java.util.List;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.Validation;

/** Options of {@code predict}. */
public interface PredictOptions extends ClassNamesOptions {

  @Description("JPEG or PNG files, or folders of such; also accepted without --images=.")
  @Validation.Required
  List<String> getImages();

  void setImages(List<String> value);

  @Description("Images that are classified together.")
  @Default.Integer(16)
  int getBatch();

  void setBatch(int value);
}

package io.hydrabeam.runners;

import io.hydrabeam.pipelines.common.DeviceOptions;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.Validation;

/** Options of the commands that take one adapter. */
public interface AdapterOptions extends DeviceOptions {

  @Description("Backbone weights, safetensors or npz; sample is the small one inside the program.")
  @Default.String("sample")
  String getBackbone();

  void setBackbone(String value);

  @Description("Folder of the adapter, as train leaves it below --runs.")
  @Validation.Required
  String getAdapter();

  void setAdapter(String value);
}

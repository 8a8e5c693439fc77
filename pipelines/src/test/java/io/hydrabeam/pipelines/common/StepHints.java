package io.hydrabeam.pipelines.common;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.model.pipeline.v1.RunnerApi;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.util.construction.PipelineTranslation;

/** The resource hints of a pipeline as a portable runner sees them. */
public final class StepHints {

  private StepHints() {}

  /**
   * Hints by name, as in "accelerator", of each ParDo by its full name; those without are left out.
   */
  public static Map<String, Map<String, String>> of(Pipeline pipeline) {
    RunnerApi.Components translated = PipelineTranslation.toProto(pipeline).getComponents();
    Map<String, Map<String, String>> byStep = new TreeMap<>();
    for (RunnerApi.PTransform step : translated.getTransformsMap().values()) {
      if (!step.getSpec().getUrn().equals("beam:transform:pardo:v1")) {
        continue;
      }
      Map<String, String> hints = new TreeMap<>();
      translated
          .getEnvironmentsOrThrow(step.getEnvironmentId())
          .getResourceHintsMap()
          .forEach((urn, value) -> hints.put(name(urn), value.toString(StandardCharsets.UTF_8)));
      if (!hints.isEmpty()) {
        byStep.put(step.getUniqueName(), hints);
      }
    }
    return byStep;
  }

  private static String name(String urn) {
    String[] parts = urn.split(":", -1);
    return parts[parts.length - 2];
  }
}

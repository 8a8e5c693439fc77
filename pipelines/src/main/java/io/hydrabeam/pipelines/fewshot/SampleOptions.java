package io.hydrabeam.pipelines.fewshot;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.common.HydraOptions;
import java.util.List;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.DefaultValueFactory;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** Options of the stages that know several training sets of a task. */
public interface SampleOptions extends HydraOptions {

  @Description(
      "Training images per class, numbers or full, where a benchmark samples them; by default 5;"
          + " example: 5,20,full.")
  @Nullable List<String> getShots();

  void setShots(@Nullable List<String> value);

  @Description(
      "Seeds of the runs and of their few-shot samples; each gives a job per task and method; by"
          + " default the benchmark's, else 0; example: 0,1,2.")
  @Default.InstanceFactory(Seeds.class)
  List<Long> getSeeds();

  void setSeeds(List<Long> value);

  /** Those that the catalog names, else seed 0 alone. */
  final class Seeds implements DefaultValueFactory<List<Long>> {
    @Override
    public List<Long> create(PipelineOptions options) {
      List<Long> seeds = Catalogs.chosen(options.as(HydraOptions.class)).getSeedList();
      return seeds.isEmpty() ? List.of(0L) : List.copyOf(seeds);
    }
  }
}

package io.hydrabeam.pipelines.train;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.JobOutcome;
import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.TypeDescriptors;

/** Gathers how all jobs ended and writes the run's {@link RunFiles}. */
final class WriteRunFiles extends PTransform<PCollection<JobOutcome>, PDone> {
  private static final long serialVersionUID = 1L;

  private final String runFolder;

  private WriteRunFiles(String runFolder) {
    this.runFolder = runFolder;
  }

  static WriteRunFiles to(String runFolder) {
    return new WriteRunFiles(runFolder);
  }

  @Override
  public PDone expand(PCollection<JobOutcome> outcomes) {
    outcomes
        .apply(
            "UnderOneKey",
            WithKeys.of((JobOutcome outcome) -> 0).withKeyType(TypeDescriptors.integers()))
        .apply("GatherOutcomes", GroupByKey.create())
        .apply("WriteFiles", ParDo.of(new WriteFn(runFolder)));
    return PDone.in(outcomes.getPipeline());
  }

  private static final class WriteFn extends DoFn<KV<Integer, Iterable<JobOutcome>>, Void> {
    private static final long serialVersionUID = 1L;

    private final String runFolder;

    WriteFn(String runFolder) {
      this.runFolder = runFolder;
    }

    @ProcessElement
    public void process(@Element KV<Integer, Iterable<JobOutcome>> all) {
      List<JobOutcome> outcomes =
          StreamSupport.stream(all.getValue().spliterator(), false).toList();
      try {
        RunFiles.at(runFolder).write(outcomes);
      } catch (IOException e) {
        throw HydraException.io("write to", runFolder, e);
      }
    }
  }
}

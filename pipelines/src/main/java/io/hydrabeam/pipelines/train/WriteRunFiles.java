package io.hydrabeam.pipelines.train;

import io.hydrabeam.pipelines.common.GatherAll;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.JobOutcome;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

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
        .apply("GatherOutcomes", GatherAll.create())
        .apply("WriteFiles", ParDo.of(new WriteFn(runFolder)));
    return PDone.in(outcomes.getPipeline());
  }

  private static final class WriteFn extends DoFn<List<JobOutcome>, Void> {
    private static final long serialVersionUID = 1L;

    private final String runFolder;

    WriteFn(String runFolder) {
      this.runFolder = runFolder;
    }

    @ProcessElement
    public void process(@Element List<JobOutcome> outcomes) {
      try {
        RunFiles.at(runFolder).write(outcomes);
      } catch (IOException e) {
        throw HydraException.io("write to", runFolder, e);
      }
    }
  }
}

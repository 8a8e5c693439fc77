package io.hydrabeam.runners;

import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.report.page.ReportFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptions;

/** Stored evaluations to pages. */
final class ReportCommand implements Command {

  @Override
  public String name() {
    return "report";
  }

  @Override
  public String summary() {
    return "scores -> a page to look at (HTML), and its table as Markdown and CSV";
  }

  @Override
  public Class<? extends PipelineOptions> optionsType() {
    return ReportOptions.class;
  }

  @Override
  public Optional<String> operandOption() {
    return Optional.of("evaluations");
  }

  @Override
  public int run(PipelineOptions given, Terminal terminal) throws IOException {
    ReportOptions options = given.as(ReportOptions.class);
    List<String> asked = options.getEvaluations();
    List<EvaluationFolder> folders =
        asked == null || asked.isEmpty()
            ? List.of(EvaluationFolder.newest(options.getScores()))
            : asked.stream().map(EvaluationFolder::open).toList();
    for (EvaluationFolder folder : folders) {
      terminal.out().println(ReportFiles.write(folder, options.getExamples(), options.getRuns()));
    }
    return 0;
  }
}

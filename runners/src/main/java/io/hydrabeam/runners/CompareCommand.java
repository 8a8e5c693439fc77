package io.hydrabeam.runners;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.compare.Flip;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;

/** Two evaluations to a verdict for each task. */
final class CompareCommand implements Command {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public String name() {
    return "compare";
  }

  @Override
  public String summary() {
    return "two evaluations -> a verdict for each task; exit code 4 on a regression";
  }

  @Override
  public Class<? extends PipelineOptions> optionsType() {
    return CompareOptions.class;
  }

  @Override
  public List<String> operandNames() {
    return List.of("baseline", "candidate");
  }

  @Override
  public int run(PipelineOptions given, Terminal terminal) throws IOException {
    CompareOptions options = given.as(CompareOptions.class);
    BaselineCheck check = BaselineCheck.of(options).orElseThrow(CompareCommand::missing);
    if (options.getCandidate() == null) {
      throw missing();
    }
    String candidate = options.getCandidate();
    String flips = options.getFlips();
    if (flips == null) {
      return check.exitCode(candidate, flip -> {}, terminal);
    }
    int[] exitCode = new int[1];
    Storage.replace(
        flips,
        file -> {
          BufferedOutputStream out = new BufferedOutputStream(file);
          exitCode[0] = check.exitCode(candidate, flip -> write(flip, out), terminal);
          out.flush();
        });
    return exitCode[0];
  }

  private static void write(Flip flip, OutputStream out) {
    ObjectNode line = JSON.createObjectNode();
    line.put("task", flip.task()).put("seed", flip.seed()).put("key", flip.key());
    flip.labels().forEach(line.withArray("labels")::add);
    flip.numbers()
        .ifPresentOrElse(
            of ->
                line.put("number", of.truth())
                    .put("baseline", of.baseline())
                    .put("candidate", of.candidate()),
            () -> line.put("baseline", flip.baseline()).put("candidate", flip.candidate()));
    line.put("moved", flip.moved());
    try {
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HydraException missing() {
    return HydraException.usage(
        "two evaluations are wanted: compare BASELINE CANDIDATE, each a folder"
            + " <scores>/<evaluationId>");
  }
}

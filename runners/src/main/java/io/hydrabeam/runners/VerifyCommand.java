package io.hydrabeam.runners;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.verify.Published;
import io.hydrabeam.pipelines.verify.Verification;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;

/** Published scores to what stands of them. */
final class VerifyCommand implements Command {

  @Override
  public String name() {
    return "verify";
  }

  @Override
  public String summary() {
    return "published scores -> whether they stand: counted again, random records recomputed";
  }

  @Override
  public Class<? extends PipelineOptions> optionsType() {
    return VerifyOptions.class;
  }

  @Override
  public List<String> operandNames() {
    return List.of("scores");
  }

  @Override
  public int run(PipelineOptions given, Terminal terminal)
      throws IOException, InterruptedException {
    VerifyOptions options = given.as(VerifyOptions.class);
    Long wanted = options.getSeed();
    long seed = wanted == null ? System.currentTimeMillis() : wanted;
    Verification.Request request =
        new Verification.Request(
            options.getImages(),
            seed,
            options.getExamples(),
            options.getRuns(),
            options.getBackbone(),
            options.getDevice(),
            options.getThreads(),
            options.getJobsAtOnce());
    Published published = Published.open(options.getScores());
    Verification.Totals totals =
        Verification.run(
            published,
            request,
            finding -> {
              terminal.out().println(finding);
              terminal.out().flush();
            });
    terminal.out().println(line(published, totals, seed));
    return totals.allStand() ? 0 : HydraException.PARTIAL;
  }

  private static String line(Published published, Verification.Totals totals, long seed) {
    int scores = totals.stand() + totals.wrong() + totals.unchecked();
    StringBuilder line = new StringBuilder();
    line.append("%,d of %,d scores stand".formatted(totals.stand(), scores));
    if (totals.wrong() > 0) {
      line.append(", %,d do not".formatted(totals.wrong()));
    }
    if (totals.unchecked() > 0) {
      line.append(", %,d cannot be checked".formatted(totals.unchecked()));
    }
    if (totals.wrongFiles() > 0) {
      line.append(", %,d other files are wrong".formatted(totals.wrongFiles()));
    }
    return line.append(
            "; %,d %s recomputed with --seed=%d, %s"
                .formatted(
                    totals.images(),
                    RecordKind.of(published.folder().result().getTaskList()).many(),
                    seed,
                    published.folder().path()))
        .toString();
  }
}

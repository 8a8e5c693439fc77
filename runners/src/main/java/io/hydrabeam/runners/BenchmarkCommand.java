package io.hydrabeam.runners;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.NamedSizes;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.benchmark.Speed;
import io.hydrabeam.model.benchmark.SpeedTest;
import io.hydrabeam.model.benchmark.Workload;
import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.DiskSpace;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.beam.sdk.options.PipelineOptions;

/** Measures how fast a model trains and classifies on this machine. */
final class BenchmarkCommand implements Command {

  private static final double SCALE = 1;
  private static final double GIGA = 1e9;

  @Override
  public String name() {
    return "benchmark";
  }

  @Override
  public String summary() {
    return "measures a model on this machine: images or texts/s, GFLOP/s, share of the product rate, memory";
  }

  @Override
  public Class<? extends PipelineOptions> optionsType() {
    return BenchmarkOptions.class;
  }

  @Override
  public int run(PipelineOptions given, Terminal terminal)
      throws IOException, InterruptedException {
    BenchmarkOptions options = given.as(BenchmarkOptions.class);
    List<Workload> workloads;
    try {
      workloads = workloads(options);
    } catch (IllegalArgumentException e) {
      throw HydraException.usage(String.valueOf(e.getMessage()));
    }
    RecordKind kind = RecordKind.of(workloads.get(0).model());
    TextTable table =
        new TextTable(
            "measured",
            "precision",
            kind.many() + "/s",
            "ms a step",
            "range",
            "GFLOP/s",
            "of products",
            "CPU s/" + kind.one(),
            "first step",
            "peak memory");
    StringBuilder csv = new StringBuilder(SpeedFile.header(kind) + "\n");
    for (Workload workload : workloads) {
      for (Workload.Kind measured : options.getMeasure()) {
        Speed speed = SpeedTest.measure(workload, measured);
        table.add(cells(workload, measured, speed));
        csv.append(csvLine(options, workload, measured, speed))
            .append(tokens(workload))
            .append('\n');
      }
    }
    terminal.out().println(heading(options, workloads.get(0)));
    terminal.out().print(table);
    if (options.getCsv() != null) {
      Files.writeString(Path.of(options.getCsv()), csv, StandardCharsets.UTF_8);
    }
    return 0;
  }

  private static List<Workload> workloads(BenchmarkOptions options) {
    BackboneConfig model =
        NamedSizes.findModel(options.getModel())
            .orElseThrow(
                () ->
                    HydraException.usage(
                        "model (%s) must be one of %s, %s, or %s or %s"
                            .formatted(
                                options.getModel(),
                                NamedSizes.names(true),
                                NamedSizes.textNames(),
                                NamedSizes.IMAGE_NUMBERS,
                                NamedSizes.TEXT_NUMBERS)));
    boolean texts = model instanceof RobertaConfig;
    if (options.getClasses() < 1) {
      throw HydraException.usage("classes (%d) must be positive".formatted(options.getClasses()));
    }
    TensorFlowRuntime runtime = new TensorFlowRuntime(options.getDevice(), options.getThreads());
    int jobs = options.getJobsAtOnce() == 0 ? runtime.jobsThatFit() : options.getJobsAtOnce();
    List<Workload> workloads = new ArrayList<>();
    for (Precision precision : options.getPrecision()) {
      workloads.add(
          new Workload(
              model,
              texts ? options.getTokens() : 0,
              options.getMethod(),
              texts
                  ? HydraConfig.plain(options.getRank(), 2 * options.getRank(), Branches.BOTH)
                  : HydraConfig.both(options.getRank(), SCALE, 0),
              options.getClasses(),
              options.getBatch(),
              precision,
              runtime,
              jobs,
              options.getWarmUp(),
              options.getSteps()));
    }
    return workloads;
  }

  private static String heading(BenchmarkOptions options, Workload workload) {
    return String.format(
        Locale.ROOT,
        "%s, %s, batch %d, %d %s of %d %s on the %s; %s is %.4g GFLOP forward, %.4g in training",
        options.getModel(),
        lower(options.getMethod()),
        workload.batch(),
        workload.jobs(),
        workload.jobs() == 1 ? "job" : "jobs side by side",
        workload.runtime().threads(),
        workload.runtime().threads() == 1 ? "thread" : "threads",
        workload.runtime().deviceName(),
        workload.tokens() == 0 ? "an image" : "a text of %d tokens".formatted(workload.tokens()),
        workload.imageOperations(Workload.Kind.EVALUATE) / GIGA,
        workload.imageOperations(Workload.Kind.TRAIN) / GIGA);
  }

  private static String[] cells(Workload workload, Workload.Kind kind, Speed speed) {
    return new String[] {
      lower(kind),
      lower(workload.precision()),
      format("%.2f", speed.imagesPerSecond()),
      format("%.1f", speed.stepMillis()),
      format("%.1f to %.1f", speed.stepMillisLeast(), speed.stepMillisMost()),
      format("%.1f", speed.flops() / GIGA),
      format("%.0f%% of %.0f", 100 * speed.productShare(), speed.productFlops() / GIGA),
      format("%.4f", speed.cpuSecondsPerImage()),
      format("%.1f s", speed.startSeconds()),
      speed.peakBytes().isPresent() ? DiskSpace.human(speed.peakBytes().getAsLong()) : "unknown"
    };
  }

  private static String csvLine(
      BenchmarkOptions options, Workload workload, Workload.Kind kind, Speed speed) {
    return String.format(
        Locale.ROOT,
        "%s,%s,%s,%d,%s,%d,%d,%d,%d,%.4f,%.3f,%.3f,%.3f,%.3f,%.3f,%.6f,%.3f,%s",
        options.getModel(),
        lower(kind),
        lower(options.getMethod()),
        options.getRank(),
        lower(workload.precision()),
        workload.batch(),
        workload.runtime().threads(),
        workload.jobs(),
        workload.steps(),
        speed.imagesPerSecond(),
        speed.stepMillis(),
        speed.stepMillisLeast(),
        speed.stepMillisMost(),
        speed.flops() / GIGA,
        speed.productFlops() / GIGA,
        speed.cpuSecondsPerImage(),
        speed.startSeconds(),
        speed.peakBytes().isPresent() ? String.valueOf(speed.peakBytes().getAsLong()) : "");
  }

  /** A further column of texts. */
  private static String tokens(Workload workload) {
    return workload.tokens() == 0 ? "" : "," + workload.tokens();
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}

package io.hydrabeam.runners;

import io.hydrabeam.model.NamedSizes;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.benchmark.Workload;
import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The file that {@code benchmark --csv} writes. */
final class SpeedFile {

  /** Names of the columns of a file on images, which times are foreseen from. */
  static final String HEADER =
      "model,measured,method,rank,precision,batch,threads,jobs,steps,images_per_s,step_ms,"
          + "step_ms_least,step_ms_most,gflops,product_gflops,cpu_s_per_image,start_s,peak_bytes";

  private static final List<String> COLUMNS = List.of(HEADER.split(",", -1));

  private SpeedFile() {}

  /** Names of the columns: those of texts tell what they are, and how many tokens they have. */
  static String header(RecordKind kind) {
    return kind == RecordKind.TEXT
        ? HEADER.replace("images_per_s", "texts_per_s").replace("per_image", "per_text") + ",tokens"
        : HEADER;
  }

  /**
   * What other commands need to know of a line.
   *
   * @param imagesPerSecond of all jobs that were measured side by side
   */
  record Row(
      VitConfig vit,
      Workload.Kind measured,
      Method method,
      Precision precision,
      double imagesPerSecond) {}

  /**
   * Reads all lines.
   *
   * @throws HydraException usage, if it is not such a file
   */
  static List<Row> read(String file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(Path.of(file));
    } catch (IOException e) {
      throw HydraException.usage(
          "--speed: cannot read %s: %s".formatted(file, HydraException.reason(e)));
    }
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw HydraException.usage(
          "--speed: %s does not begin with the columns that benchmark --csv=FILE writes"
              .formatted(file));
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      try {
        rows.add(row(List.of(lines.get(i).split(",", -1))));
      } catch (IllegalArgumentException e) {
        throw HydraException.usage(
            "--speed: line %d of %s is not one that benchmark writes: %s"
                .formatted(i + 1, file, e.getMessage()));
      }
    }
    return rows;
  }

  private static Row row(List<String> cells) {
    if (cells.size() != COLUMNS.size()) {
      throw new IllegalArgumentException(
          "%d cells instead of %d".formatted(cells.size(), COLUMNS.size()));
    }
    String model = cell(cells, "model");
    double speed = Double.parseDouble(cell(cells, "images_per_s"));
    if (!(speed > 0)) {
      throw new IllegalArgumentException("images_per_s is " + speed);
    }
    return new Row(
        NamedSizes.find(model)
            .orElseThrow(() -> new IllegalArgumentException("unknown model " + model)),
        Workload.Kind.valueOf(upper(cells, "measured")),
        Method.valueOf(upper(cells, "method")),
        Precision.valueOf(upper(cells, "precision")),
        speed);
  }

  private static String cell(List<String> cells, String column) {
    return cells.get(COLUMNS.indexOf(column));
  }

  private static String upper(List<String> cells, String column) {
    return cell(cells, column).toUpperCase(Locale.ROOT);
  }
}

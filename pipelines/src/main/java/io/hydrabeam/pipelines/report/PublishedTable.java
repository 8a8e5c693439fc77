package io.hydrabeam.pipelines.report;

import io.hydrabeam.protos.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The rows that were published for a benchmark, as the tables with the original code have them.
 *
 * @param title what they are
 * @param cautions what a reader must know before comparing with them, a sentence each
 * @param rows in the order of the publication
 */
public record PublishedTable(String title, List<String> cautions, List<Row> rows) {
  /** The method whose row is compared with. */
  public static final String HYDRA = "Hydra";

  private static final String TITLE = "# title: ";
  private static final String CAUTION = "# caution: ";

  /** Columns before the tasks': method, parameters, printed mean and PE. */
  private static final int FIRST_TASK = 4;

  /**
   * A method's line.
   *
   * @param parameters that were trained, in millions
   * @param printedMean in per cent, as printed
   * @param printedEfficiency PE score as printed; empty where none was
   * @param scores in per cent, by the task's name
   */
  public record Row(
      String method,
      double parameters,
      double printedMean,
      OptionalDouble printedEfficiency,
      Map<String, Double> scores) {

    /**
     * Means of a table's groups, in per cent, computed from the scores.
     *
     * @return empty if a column has no score here
     */
    public List<Double> groupMeans(List<Task> columns) {
      List<Double> values = new ArrayList<>();
      for (Task task : columns) {
        Double value = scores.get(task.getName());
        if (value == null) {
          return List.of();
        }
        values.add(value);
      }
      return List.copyOf(
          GroupMeans.byGroup(columns.stream().map(Task::getGroup).toList(), values).values());
    }

    /** The mean of {@link #groupMeans}; empty if there are none. */
    public OptionalDouble mean(List<Task> columns) {
      return groupMeans(columns).stream().mapToDouble(Double::doubleValue).average();
    }
  }

  /** The published rows of a benchmark; empty where there are none. */
  public static Optional<PublishedTable> of(String benchmark) {
    if (!benchmark.matches("[a-z0-9_-]+")) {
      return Optional.empty();
    }
    try (InputStream in =
        PublishedTable.class.getResourceAsStream("published/" + benchmark + ".tsv")) {
      return in == null ? Optional.empty() : Optional.of(parse(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The row of the paper's own method. */
  public Optional<Row> hydra() {
    return rows.stream().filter(row -> row.method().equals(HYDRA)).findFirst();
  }

  private static PublishedTable parse(InputStream in) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    String title = "";
    List<String> cautions = new ArrayList<>();
    List<String> header = List.of();
    List<Row> rows = new ArrayList<>();
    for (String line; (line = lines.readLine()) != null; ) {
      if (line.startsWith(TITLE)) {
        title = line.substring(TITLE.length());
      } else if (line.startsWith(CAUTION)) {
        cautions.add(line.substring(CAUTION.length()));
      } else if (header.isEmpty()) {
        header = cells(line);
      } else {
        rows.add(row(header, cells(line)));
      }
    }
    return new PublishedTable(title, List.copyOf(cautions), List.copyOf(rows));
  }

  private static Row row(List<String> header, List<String> cells) {
    Map<String, Double> scores = new LinkedHashMap<>();
    for (int i = FIRST_TASK; i < header.size(); i++) {
      scores.put(header.get(i), Double.valueOf(cells.get(i)));
    }
    return new Row(
        cells.get(0),
        Double.parseDouble(cells.get(1)),
        Double.parseDouble(cells.get(2)),
        cells.get(3).isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(Double.parseDouble(cells.get(3))),
        scores);
  }

  private static List<String> cells(String line) {
    return Arrays.asList(line.split("\t", -1));
  }
}

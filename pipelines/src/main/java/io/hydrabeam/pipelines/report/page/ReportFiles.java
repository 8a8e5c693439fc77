package io.hydrabeam.pipelines.report.page;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.report.HeadlineGrid;
import io.hydrabeam.pipelines.report.MarkdownReport;
import io.hydrabeam.pipelines.report.source.ReportSource;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.pipelines.storage.StoredFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes the reports of an evaluation into its folder. They are views of what is stored, so they
 * are no part of what the folder's marker vouches for, and can be made again at any time.
 */
public final class ReportFiles {
  /** The page. */
  public static final String HTML = "report.html";

  private static final String MARKDOWN = "report.md";
  private static final String CSV = "report.csv";

  private ReportFiles() {}

  /**
   * Writes {@code report.html}, {@code report.md} and {@code report.csv}.
   *
   * @param examples folder of the TFRecords; null: where the evaluation had found them
   * @param runs folder of the training runs; null: where the evaluation had found them
   * @return the page's path
   * @throws HydraException if they cannot be written
   */
  public static String write(
      EvaluationFolder folder, @Nullable String examples, @Nullable String runs) {
    ReportSource source = ReportSource.of(folder, examples, runs);
    Map<String, String> files = new LinkedHashMap<>();
    files.put(MARKDOWN, MarkdownReport.of(source.evaluation()));
    files.put(CSV, HeadlineGrid.csv(source.table(), source.published()));
    files.put(HTML, ReportPage.of(source));
    try {
      // Evaluations of earlier versions vouch for their report.md.
      Set<String> committed =
          ArtifactFolder.at(folder.path()).files().stream()
              .map(StoredFile::name)
              .collect(Collectors.toSet());
      files.keySet().removeAll(committed);
      for (Map.Entry<String, String> file : files.entrySet()) {
        byte[] text = file.getValue().getBytes(StandardCharsets.UTF_8);
        Storage.replace(Storage.resolve(folder.path(), file.getKey()), out -> out.write(text));
      }
      Storage.sweepStale(folder.path());
    } catch (IOException e) {
      throw HydraException.io("write to", folder.path(), e);
    }
    return Storage.resolve(folder.path(), HTML);
  }
}

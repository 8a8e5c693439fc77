package io.hydrabeam.pipelines.sentences;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.records.ListedKey;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Table;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32;
import org.apache.beam.sdk.io.fs.MatchResult;

/**
 * The tables of a task below a folder, where GLUE's own archives put them: {@code
 * <root>/MNLI/train.tsv}. A table may also be given as JSON Lines, {@code train.jsonl}.
 *
 * @param root of all tasks, local or gs://
 * @param task that they belong to
 */
public record SentenceFiles(String root, Task task) {

  private static final String TSV = ".tsv";

  private static final String JSON_LINES = ".jsonl";

  /** Takes a row with the reference that stands for it. */
  @FunctionalInterface
  public interface Visitor {
    void visit(ImageReference reference, SentenceRow row) throws IOException;
  }

  /** The tables of a split, in order. */
  private List<Table> tables(String split) {
    return task.getSentences().getTableList().stream()
        .filter(table -> table.getSplit().equals(split))
        .toList();
  }

  /**
   * Where a table is; empty where it is in neither form.
   *
   * @throws HydraException usage, if it is there in both, or a folder is in its place
   */
  public Optional<MatchResult.Metadata> find(Table table) throws IOException {
    String name = Storage.resolve(root, task.getSentences().getFolder() + "/" + table.getFile());
    Optional<MatchResult.Metadata> tabs = Storage.find(name + TSV);
    Optional<MatchResult.Metadata> objects = Storage.find(name + JSON_LINES);
    if (tabs.isPresent() && objects.isPresent()) {
      throw HydraException.usage(
          "%s is there as %s and as %s; remove one of both".formatted(name, TSV, JSON_LINES));
    }
    Optional<MatchResult.Metadata> found = tabs.or(() -> objects);
    if (found.isPresent() && found.get().resourceId().isDirectory()) {
      throw HydraException.usage(
          "%s%s: is a folder, expected a table"
              .formatted(name, tabs.isPresent() ? TSV : JSON_LINES));
    }
    return found;
  }

  /** All tables of a split that are there. */
  public List<MatchResult.Metadata> found(String split) throws IOException {
    List<MatchResult.Metadata> found = new ArrayList<>();
    for (Table table : tables(split)) {
      find(table).ifPresent(found::add);
    }
    return found;
  }

  /**
   * Reads the rows of a split, front to back; of hidden tables those that are there.
   *
   * @throws HydraException usage, if a table or a column is missing
   */
  public void read(String split, Visitor visitor) throws IOException {
    TruthReader truths = new TruthReader(task);
    for (Table table : tables(split)) {
      Optional<MatchResult.Metadata> found = find(table);
      if (found.isEmpty() && split.equals(Splits.HIDDEN)) {
        continue;
      }
      String path = found.orElseThrow(() -> missing(table)).resourceId().toString();
      try (InputStream in = Storage.open(path)) {
        TableReader.read(
            path, in, table.getColumns(), row -> visitor.visit(reference(table, row, truths), row));
      }
    }
  }

  private HydraException missing(Table table) {
    String file = task.getSentences().getFolder() + "/" + table.getFile();
    return HydraException.usage(
        "task %s: --input=%s has neither %s%s nor %s%s"
            .formatted(task.getName(), root, file, TSV, file, JSON_LINES));
  }

  private static ImageReference reference(Table table, SentenceRow row, TruthReader truths) {
    ImageReference.Builder reference =
        ImageReference.newBuilder()
            .setKey(key(table, row))
            .setWhere(row.where())
            .setSourceBytes(row.bytes())
            .setProblem(row.problem());
    if (row.problem().isEmpty()) {
      reference.setCrc(crc(row));
    }
    if (row.problem().isEmpty() && !table.getColumns().getLabel().isEmpty()) {
      TruthReader.Truth truth = truths.read(row.label());
      reference.addLabel(truth.label()).setNumber(truth.number()).setProblem(truth.problem());
    }
    return reference.build();
  }

  /** Of what the model sees, so that a table with another word is another table. */
  private static long crc(SentenceRow row) {
    CRC32 crc = new CRC32();
    crc.update(row.first().getBytes(StandardCharsets.UTF_8));
    crc.update(0);
    crc.update(row.second().getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }

  /** The part of its split that a row's key tells: that of its table, often empty. */
  public static String part(String key) {
    return key.substring(0, Math.max(0, key.lastIndexOf('/')));
  }

  /** The number of its row within its table, from 0, that a key tells; empty if it tells none. */
  public static OptionalInt row(String key) {
    return ListedKey.place(key.substring(key.lastIndexOf('/') + 1));
  }

  /** Rows sort as they stand in their tables. */
  private static String key(Table table, SentenceRow row) {
    return (table.getPart().isEmpty() ? "" : table.getPart() + "/")
        + ListedKey.of(row.number(), row.where());
  }
}

package io.hydrabeam.pipelines.submission;

import io.hydrabeam.pipelines.report.ScoreTable.Row;
import io.hydrabeam.pipelines.storage.ArtifactCommit;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The files below {@code submission/} of an evaluation, and their names. */
final class SubmissionFiles {
  private static final int BUFFER_BYTES = 1 << 16;

  /** Things that a note lists by name. */
  private static final int NAMED = 5;

  private final ArtifactCommit commit;
  private final Set<String> folders = new HashSet<>();

  /**
   * @param commit of the evaluation's folder
   */
  SubmissionFiles(ArtifactCommit commit) {
    this.commit = commit;
  }

  /**
   * The folder of a row, to be asked for once, as {@code
   * submission/hydra-rank-2-5-shots-paper-tune-sweep-quirks-seed}; a number sets apart rows of one
   * name.
   */
  String folder(Row row) {
    var setting = row.setting();
    String shots = setting.key().getShots() == 0 ? "" : setting.shots() + " shots ";
    String text =
        "%s %s%s tune %s quirks %s"
            .formatted(row.label(), shots, setting.protocol(), setting.tuning(), setting.quirks());
    String name =
        text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-").replaceAll("^-|-$", "");
    String unique = name;
    for (int i = 2; !folders.add(unique); i++) {
      unique = name + '-' + i;
    }
    return "submission/" + unique;
  }

  /** Writes a file. */
  void write(String name, Storage.Contents contents) throws IOException {
    try (OutputStream out = create(name)) {
      contents.writeTo(out);
    }
  }

  /** Writes a zip, the same bytes for the same members. */
  void zip(String name, Map<String, ? extends Storage.Contents> members) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(create(name))) {
      for (Map.Entry<String, ? extends Storage.Contents> member : members.entrySet()) {
        ZipEntry entry = new ZipEntry(member.getKey());
        // Never the clock: the same evaluation makes the same file.
        entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
        zip.putNextEntry(entry);
        member.getValue().writeTo(zip);
        zip.closeEntry();
      }
    }
  }

  private OutputStream create(String name) throws IOException {
    return new BufferedOutputStream(commit.create(name), BUFFER_BYTES);
  }

  /** The first of them, and how many more there are. */
  static String some(List<String> all) {
    String named = String.join(", ", all.subList(0, Math.min(NAMED, all.size())));
    return all.size() <= NAMED ? named : "%s and %d more".formatted(named, all.size() - NAMED);
  }
}

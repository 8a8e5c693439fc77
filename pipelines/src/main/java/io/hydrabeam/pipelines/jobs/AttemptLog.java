package io.hydrabeam.pipelines.jobs;

import io.hydrabeam.pipelines.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Durable records of a job's starts, in its folder {@code attempts/}. A process that runs out of
 * memory is killed and can tell no one, so each attempt is written down before it starts and taken
 * away when it ends, whichever way it ends: what is left are the attempts that took their worker
 * down, or died with it. With them a launch can stop to start a job that would take down every
 * worker in turn; progress in between starts the count anew.
 */
public final class AttemptLog {
  private final String folder;
  private final String launch;
  private String current = "";

  /**
   * @param jobFolder of the job
   * @param launch id of the command's run, which has no slashes
   */
  public AttemptLog(String jobFolder, String launch) {
    this.folder = jobFolder + "/attempts";
    this.launch = launch;
  }

  /**
   * What is known of attempts that did not end.
   *
   * @param sinceProgress those of this launch that began where the job stands now
   * @param ever those of all launches
   */
  public record Deaths(int sinceProgress, int ever) {}

  /**
   * Counts the attempts that began and did not end.
   *
   * @param progress where the job stands, for instance epochs done
   */
  public Deaths deaths(int progress) throws IOException {
    List<String> names =
        Storage.list(folder, "*").stream()
            .map(file -> String.valueOf(file.resourceId().getFilename()))
            .toList();
    String own = prefix(progress);
    return new Deaths(
        (int) names.stream().filter(name -> name.startsWith(own)).count(), names.size());
  }

  /** Writes down that an attempt starts. */
  public void begin(int progress) throws IOException {
    current = prefix(progress) + UUID.randomUUID();
    // What it says is for people who look for the reason.
    String line = "%s process %d\n".formatted(Instant.now(), ProcessHandle.current().pid());
    try (OutputStream out = Storage.create(Storage.resolve(folder, current))) {
      out.write(line.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Takes the record of the attempt that began last away: it ended, well or not. */
  public void end() throws IOException {
    if (!current.isEmpty()) {
      Storage.delete(List.of(Storage.resolve(folder, current)));
      Storage.deleteEmptyFolder(folder);
      current = "";
    }
  }

  /** Removes everything; for jobs that are done. */
  public void clear() throws IOException {
    Storage.delete(
        Storage.list(folder, "*").stream().map(file -> file.resourceId().toString()).toList());
    Storage.deleteEmptyFolder(folder);
  }

  private String prefix(int progress) {
    return "%s-at-%d-".formatted(launch, progress);
  }
}

package io.hydrabeam.pipelines.jobs;

import io.hydrabeam.pipelines.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durable records of a job's starts, in its folder {@code attempts/}. A process that runs out of
 * memory is killed and can tell no one, so each attempt is written down before it starts and taken
 * away when it ends, whichever way it ends: what is left are the attempts that took their worker
 * down, or died with it. A job with too many of them is given up, so that it cannot take down every
 * worker in turn; progress in between starts the count anew.
 *
 * <p>What was given up stays so for the launch that did it. The next launch tries again.
 */
public final class AttemptLog {
  private static final Pattern STARTED = Pattern.compile("started-([0-9]+)-.*");
  private static final String GIVEN_UP = "given-up-";

  private final String folder;
  private final String launch;
  private String current = "";

  /**
   * @param jobFolder of the job
   * @param launch id of the command's run
   */
  public AttemptLog(String jobFolder, String launch) {
    this.folder = jobFolder + "/attempts";
    this.launch = launch;
  }

  /**
   * Attempts that began where the job stands and did not end.
   *
   * @param progress where the job stands, for instance epochs done
   */
  public int deaths(int progress) throws IOException {
    int deaths = 0;
    List<String> names = names();
    if (names.stream().anyMatch(this::isOldVerdict)) {
      return 0;
    }
    for (String name : names) {
      Matcher started = STARTED.matcher(name);
      if (started.matches() && started.group(1).equals(String.valueOf(progress))) {
        deaths++;
      }
    }
    return deaths;
  }

  /** Whether this launch has given the job up. */
  public boolean isGivenUp() throws IOException {
    return names().contains(GIVEN_UP + launch);
  }

  /** Gives the job up for this launch. */
  public void giveUp() throws IOException {
    write(GIVEN_UP + launch);
  }

  /** Writes down that an attempt starts. */
  public void begin(int progress) throws IOException {
    if (names().stream().anyMatch(this::isOldVerdict)) {
      clear();
    }
    String name = "started-%d-%s".formatted(progress, UUID.randomUUID());
    write(name);
    current = name;
  }

  /** Takes the record of the attempt that began last away: it ended, well or not. */
  public void end() throws IOException {
    if (!current.isEmpty()) {
      Storage.delete(List.of(Storage.resolve(folder, current)));
      current = "";
      Storage.deleteEmptyFolder(folder);
    }
  }

  /** Removes everything; for jobs that are done. */
  public void clear() throws IOException {
    List<String> files = new ArrayList<>();
    names().forEach(name -> files.add(Storage.resolve(folder, name)));
    Storage.delete(files);
    Storage.deleteEmptyFolder(folder);
  }

  private boolean isOldVerdict(String name) {
    return name.startsWith(GIVEN_UP) && !name.equals(GIVEN_UP + launch);
  }

  private List<String> names() throws IOException {
    return Storage.list(folder, "*").stream()
        .map(file -> String.valueOf(file.resourceId().getFilename()))
        .toList();
  }

  /** What it says is for people who look for the reason. */
  private void write(String name) throws IOException {
    String line = "%s process %d\n".formatted(Instant.now(), ProcessHandle.current().pid());
    try (OutputStream out = Storage.create(Storage.resolve(folder, name))) {
      out.write(line.getBytes(StandardCharsets.UTF_8));
    }
  }
}

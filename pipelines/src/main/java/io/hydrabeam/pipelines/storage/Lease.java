package io.hydrabeam.pipelines.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other processes that one is at some work already, so that they need not do it too. It saves
 * work and protects nothing: two may believe that they hold it, and what they make must be right
 * all the same.
 *
 * <p>Each holder has a file of its own, named by a generation that only grows. Who holds the newest
 * one, and has renewed it of late by the server's clock, holds the lease; a holder that was taken
 * for dead can no longer renew, whatever it writes. A lease left by a dead worker ends by itself.
 */
public final class Lease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LIMIT_BYTES = 1 << 12;

  private final String folder;
  private final long generation;
  private final Duration life;
  private final ServerClock clock;
  private final String owner;
  private final ScheduledExecutorService renewals =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "lease");
            thread.setDaemon(true);
            return thread;
          });

  private Lease(String folder, long generation, Duration life, ServerClock clock, String owner) {
    this.folder = folder;
    this.generation = generation;
    this.life = life;
    this.clock = clock;
    this.owner = owner;
  }

  /** A holder's file. */
  private record Held(String owner, long renewedMillis, boolean released) {
    static Held parse(byte[] text) throws IOException {
      JsonNode json = JSON.readTree(text);
      return new Held(
          json.path("owner").asText(),
          json.path("renewedMillis").asLong(),
          json.path("released").asBoolean());
    }

    byte[] text() throws IOException {
      return JSON.writeValueAsBytes(
          JSON.createObjectNode()
              .put("owner", owner)
              .put("renewedMillis", renewedMillis)
              .put("released", released));
    }
  }

  /**
   * Takes the lease.
   *
   * @param folder that belongs to it alone
   * @param life after which one that is not renewed is another's
   * @return empty, if another process holds it
   */
  public static Optional<Lease> acquire(String folder, Duration life, ServerClock clock)
      throws IOException {
    long now = clock.millis(folder);
    List<Long> generations = generations(folder);
    long newest = generations.isEmpty() ? 0 : generations.get(generations.size() - 1);
    if (newest > 0 && isHeld(folder, newest, now, life)) {
      return Optional.empty();
    }
    Lease lease = new Lease(folder, newest + 1, life, clock, UUID.randomUUID().toString());
    if (!lease.create(now)) {
      return Optional.empty();
    }
    for (long old : generations) {
      Storage.delete(List.of(file(folder, old)));
    }
    return Optional.of(lease);
  }

  private static boolean isHeld(String folder, long generation, long now, Duration life)
      throws IOException {
    Optional<Held> held = read(file(folder, generation));
    return held.isPresent()
        && !held.get().released()
        && Math.abs(now - held.get().renewedMillis()) < life.toMillis();
  }

  /** Where only the answer was lost, it finds its own file. */
  private boolean create(long now) throws IOException {
    String file = file(folder, generation);
    try {
      return Storage.createIfAbsent(file, new Held(owner, now, false).text());
    } catch (IOException e) {
      if (read(file).map(Held::owner).equals(Optional.of(owner))) {
        return true;
      }
      throw e;
    }
  }

  /** Renews from time to time, in the background, until it is closed. */
  public void keep() {
    long pause = life.toMillis() / 3;
    var unused =
        renewals.scheduleWithFixedDelay(this::renewOrTell, pause, pause, TimeUnit.MILLISECONDS);
  }

  private void renewOrTell() {
    try {
      if (!renew()) {
        LOG.warn("{}: another process has taken this over; the first to commit wins", folder);
        renewals.shutdown();
      }
    } catch (IOException e) {
      LOG.debug("the lease {} is not renewed now", folder, e);
    }
  }

  /**
   * Makes it last.
   *
   * @return false, if another process has taken it over meanwhile; then nothing is written
   */
  public boolean renew() throws IOException {
    return write(false);
  }

  private boolean write(boolean released) throws IOException {
    List<Long> generations = generations(folder);
    if (generations.isEmpty() || generations.get(generations.size() - 1) != generation) {
      return false;
    }
    byte[] text = new Held(owner, clock.millis(folder), released).text();
    Storage.replace(file(folder, generation), out -> out.write(text));
    return true;
  }

  /** From 1, more with each holder. */
  public long generation() {
    return generation;
  }

  /**
   * Gives it back, if it is still this process's; its file stays, so that generations grow. Where
   * that fails, it ends by itself.
   */
  @Override
  public void close() {
    renewals.shutdown();
    try {
      var unused = write(true);
    } catch (IOException e) {
      LOG.debug("the lease {} is not given back", folder, e);
    }
  }

  private static Optional<Held> read(String file) throws IOException {
    try {
      return Optional.of(Held.parse(Storage.read(file, LIMIT_BYTES)));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Ascending. */
  private static List<Long> generations(String folder) throws IOException {
    List<Long> generations = new ArrayList<>();
    for (MatchResult.Metadata file : Storage.list(folder, "generation-*.json")) {
      String name = String.valueOf(file.resourceId().getFilename());
      generations.add(Long.parseLong(name.replaceAll("\\D", "")));
    }
    generations.sort(null);
    return generations;
  }

  private static String file(String folder, long generation) {
    return Storage.resolve(folder, "generation-%019d.json".formatted(generation));
  }
}

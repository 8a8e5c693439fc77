package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.common.HashingOutputStream;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.pipelines.storage.StoredFile;
import io.hydrabeam.protos.EvaluationShard;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.UUID;

/**
 * Predictions on their way into an evaluation's folder. All names start with ".part-": the folder's
 * commit sweeps what is left of them.
 */
final class EvaluationFiles {
  private final String folder;

  /**
   * @param folder of the evaluation
   */
  EvaluationFiles(String folder) {
    this.folder = folder;
  }

  /**
   * What the names of a part's shards begin with: hidden records and those of the test split stand
   * side by side.
   */
  static String stem(EvaluationShard part) {
    return part.getOfHidden() ? hiddenStem(part.getDeterminantsHash()) : part.getDeterminantsHash();
  }

  /**
   * As {@link #stem}, of hidden records.
   *
   * @param determinants hash of what a job's predictions depend on
   */
  static String hiddenStem(String determinants) {
    return determinants + "-hidden";
  }

  /** A shard's predictions; a second attempt replaces them by the same. */
  void writeShard(String stem, int shard, Storage.Contents lines) throws IOException {
    Storage.replace(
        shard(stem, shard),
        out -> {
          OutputStream buffered = new BufferedOutputStream(out);
          lines.writeTo(buffered);
          buffered.flush();
        });
  }

  /**
   * Joins the shards of a job, in order.
   *
   * @param stem that its shards' names begin with
   * @param path receives the joined file
   * @param name that the file is to have in the finished folder
   */
  StoredFile join(String stem, int shards, String path, String name) throws IOException {
    try (HashingOutputStream out = new HashingOutputStream(Storage.create(path))) {
      for (int shard = 0; shard < shards; shard++) {
        try (InputStream in = Storage.open(shard(stem, shard))) {
          in.transferTo(out);
        }
      }
      out.flush();
      return new StoredFile(name, out.bytes(), out.sha256());
    }
  }

  /**
   * Merges the shards of a job by their images' keys, in which each shard is sorted: the lines are
   * in the order of the keys whatever the number of shards. All shards are open at once, a line of
   * each is held.
   *
   * @param stem that its shards' names begin with
   * @param path receives the merged file
   * @param name that the file is to have in the finished folder
   */
  StoredFile merge(String stem, int shards, String path, String name) throws IOException {
    List<ShardLines> open = new ArrayList<>();
    // Lines begin with the key.
    PriorityQueue<ShardLines> next = new PriorityQueue<>(Comparator.comparing(ShardLines::line));
    try (HashingOutputStream out =
        new HashingOutputStream(new BufferedOutputStream(Storage.create(path)))) {
      for (int shard = 0; shard < shards; shard++) {
        ShardLines lines = new ShardLines(Storage.open(shard(stem, shard)));
        open.add(lines);
        if (lines.advance()) {
          next.add(lines);
        }
      }
      for (ShardLines first; (first = next.poll()) != null; ) {
        out.write((first.line() + "\n").getBytes(StandardCharsets.UTF_8));
        if (first.advance()) {
          next.add(first);
        }
      }
      out.flush();
      return new StoredFile(name, out.bytes(), out.sha256());
    } finally {
      for (ShardLines lines : open) {
        lines.close();
      }
    }
  }

  /** A shard's lines, one at a time. */
  private static final class ShardLines implements Closeable {
    private final BufferedReader reader;
    private String line = "";

    ShardLines(InputStream in) {
      reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /** Goes to the next line; false at the end. */
    boolean advance() throws IOException {
      String next = reader.readLine();
      line = next == null ? "" : next;
      return next != null;
    }

    String line() {
      return line;
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }

  /** A fresh path for a joined file. */
  String joined() {
    return Storage.resolve(folder, ArtifactFolder.UNFINISHED + UUID.randomUUID());
  }

  /**
   * Where a shard's predictions are. Not named by the job: an attempt that goes on with what
   * another has left must find nothing that was computed otherwise.
   *
   * @param stem hash of what the predictions depend on, as {@link #stem} has it
   */
  String shard(String stem, int shard) {
    return Storage.resolve(
        folder, "%s%s-%05d.jsonl".formatted(ArtifactFolder.UNFINISHED, stem, shard));
  }
}

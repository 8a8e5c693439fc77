package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.common.HashingOutputStream;
import io.hydrabeam.pipelines.common.Storage;
import io.hydrabeam.pipelines.common.StoredFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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

  /** Something that writes lines. */
  @FunctionalInterface
  interface Writing {
    void to(OutputStream out) throws IOException;
  }

  /** A shard's predictions; a second attempt replaces them by the same. */
  void writeShard(String run, String jobId, int shard, Writing lines) throws IOException {
    String temporary = Storage.resolve(folder, ".part-" + UUID.randomUUID());
    try (OutputStream out = new BufferedOutputStream(Storage.create(temporary))) {
      lines.to(out);
    }
    Storage.rename(temporary, shard(run, jobId, shard));
  }

  /**
   * Joins the shards of a job, in order.
   *
   * @param path receives the joined file
   * @param name that the file is to have in the finished folder
   */
  StoredFile join(String run, String jobId, int shards, String path, String name)
      throws IOException {
    try (HashingOutputStream out = new HashingOutputStream(Storage.create(path))) {
      for (int shard = 0; shard < shards; shard++) {
        try (InputStream in = Storage.open(shard(run, jobId, shard))) {
          in.transferTo(out);
        }
      }
      out.flush();
      return new StoredFile(name, out.bytes(), out.sha256());
    }
  }

  /** A fresh path for a joined file. */
  String joined() {
    return Storage.resolve(folder, ".part-" + UUID.randomUUID());
  }

  private String shard(String run, String jobId, int shard) {
    return Storage.resolve(folder, ".part-%s-%s-%05d.jsonl".formatted(run, jobId, shard));
  }
}

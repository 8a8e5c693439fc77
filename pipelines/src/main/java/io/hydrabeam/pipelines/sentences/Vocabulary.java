package io.hydrabeam.pipelines.sentences;

import io.hydrabeam.model.text.RobertaTokenizer;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.storage.LocalFile;
import io.hydrabeam.pipelines.storage.LocalFiles;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A RoBERTa's vocabulary.
 *
 * @param tokenizer that it makes
 * @param hash SHA-256 in hex of its two files; what else was tokenized with them is told by it
 */
public record Vocabulary(RobertaTokenizer tokenizer, String hash) {

  /**
   * Loads a vocabulary.
   *
   * @param file {@code vocab.json}, local or gs://, with {@code merges.txt} beside it
   * @throws IOException if one is missing or broken, or if they do not fit each other
   */
  public static Vocabulary load(String file) throws IOException {
    try (LocalFile local = LocalFiles.open(file, RobertaTokenizer.MERGES)) {
      Path path = local.path();
      return new Vocabulary(
          RobertaTokenizer.load(path),
          Hashing.sha256Hex(
              List.of(hash(path), hash(path.resolveSibling(RobertaTokenizer.MERGES)))));
    }
  }

  private static String hash(Path file) throws IOException {
    return Hashing.hex(
        Hashing.sha256().digest(Storage.read(file.toString(), Integer.MAX_VALUE >> 1)));
  }
}

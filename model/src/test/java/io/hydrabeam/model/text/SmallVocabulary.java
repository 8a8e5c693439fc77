package io.hydrabeam.model.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/** A vocabulary of our own, with as many tokens as the reference CLIP has: 600. */
final class SmallVocabulary {

  private SmallVocabulary() {}

  static Path write(Path folder) throws IOException {
    Path file = folder.resolve("vocabulary_600.txt");
    try (InputStream in =
        Objects.requireNonNull(
            SmallVocabulary.class.getResourceAsStream("/text/vocabulary_600.txt"))) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }
}

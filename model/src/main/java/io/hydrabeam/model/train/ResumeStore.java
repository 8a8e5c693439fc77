package io.hydrabeam.model.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where the state of an unfinished training is kept between epochs; replaced as a whole. */
public interface ResumeStore {

  /** The last stored file, as a local path that stays readable during the call's use. */
  Optional<Path> fetch() throws IOException;

  /** Replaces the stored state by a copy of {@code file}, atomically. */
  void store(Path file) throws IOException;

  /** Forgets everything: trainings start from their beginning and leave nothing behind. */
  static ResumeStore none() {
    return new ResumeStore() {
      @Override
      public Optional<Path> fetch() {
        return Optional.empty();
      }

      @Override
      public void store(Path file) {}
    };
  }
}

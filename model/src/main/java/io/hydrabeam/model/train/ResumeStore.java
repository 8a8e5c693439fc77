package io.hydrabeam.model.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where the state of an unfinished training is kept between epochs. */
public interface ResumeStore {

  /** The furthest stored state, as a local path that stays readable while it is used. */
  Optional<Path> fetch() throws IOException;

  /**
   * Stores a copy of {@code file}, as a whole or not at all.
   *
   * @param epochs that the state has done
   */
  void store(Path file, int epochs) throws IOException;

  /** Forgets everything: trainings start from their beginning and leave nothing behind. */
  static ResumeStore none() {
    return new ResumeStore() {
      @Override
      public Optional<Path> fetch() {
        return Optional.empty();
      }

      @Override
      public void store(Path file, int epochs) {}
    };
  }
}

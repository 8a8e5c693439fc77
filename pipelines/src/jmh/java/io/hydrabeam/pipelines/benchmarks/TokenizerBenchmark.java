package io.hydrabeam.pipelines.benchmarks;

import io.hydrabeam.model.text.ClipTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A prompt to CLIP's token ids. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TokenizerBenchmark extends Microbenchmark {
  private static final String PROMPT = "a centered satellite photo of annual crop land.";

  /** CLIP's own list of merges; empty: the tests' small vocabulary. */
  @Param("")
  public String vocabulary = "";

  private ClipTokenizer tokenizer;

  @Setup
  public void prepare() throws IOException {
    if (!vocabulary.isEmpty()) {
      tokenizer = ClipTokenizer.load(Path.of(vocabulary));
      return;
    }
    Path file = Files.createTempFile("vocabulary", ".txt");
    try (InputStream in =
        Objects.requireNonNull(
            TokenizerBenchmark.class.getResourceAsStream("/text/vocabulary_600.txt"))) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      tokenizer = ClipTokenizer.load(file);
    } finally {
      Files.delete(file);
    }
  }

  @Benchmark
  public int[] encode() {
    return tokenizer.encode(PROMPT);
  }
}

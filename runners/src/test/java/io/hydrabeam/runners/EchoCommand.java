package io.hydrabeam.runners;

import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.Validation;
import org.jspecify.annotations.Nullable;

/** A command for tests of the launcher: prints its options, or throws what the test put in. */
final class EchoCommand implements Command {

  /** Flavours. */
  public enum Taste {
    SWEET,
    SOUR_SWEET
  }

  /** Options of each kind. */
  public interface EchoOptions extends PipelineOptions {
    @Description("Rank of the branches, 1 to 64.")
    @Default.Integer(2)
    int getRank();

    void setRank(int value);

    @Description("Learning rate, 1e-3.")
    @Default.Double(0.001)
    double getLearningRate();

    void setLearningRate(double value);

    @Description("Which taste.")
    @Default.Enum("SWEET")
    Taste getTaste();

    void setTaste(Taste value);

    @Description("Tastes.")
    @Nullable List<Taste> getTastes();

    void setTastes(@Nullable List<Taste> value);

    @Description("Seeds.")
    @Nullable List<Long> getSeeds();

    void setSeeds(@Nullable List<Long> value);

    @Description("Files.")
    @Nullable List<String> getFiles();

    void setFiles(@Nullable List<String> value);

    @Description("Overwrite.")
    @Default.Boolean(false)
    boolean isForce();

    void setForce(boolean value);

    @Description("Text.")
    @Nullable String getWord();

    void setWord(@Nullable String value);
  }

  /** Options of another command. */
  public interface OtherOptions extends PipelineOptions {
    @Description("Where.")
    @Validation.Required
    String getScores();

    void setScores(String value);
  }

  private final @Nullable Exception failure;

  EchoCommand(@Nullable Exception failure) {
    this.failure = failure;
  }

  @Override
  public String name() {
    return "echo";
  }

  @Override
  public String summary() {
    return "prints its options";
  }

  @Override
  public Class<? extends PipelineOptions> optionsType() {
    return EchoOptions.class;
  }

  @Override
  public Optional<String> operandOption() {
    return Optional.of("files");
  }

  @Override
  public int run(PipelineOptions given, Terminal terminal) throws Exception {
    if (failure != null) {
      throw failure;
    }
    EchoOptions options = given.as(EchoOptions.class);
    terminal
        .out()
        .printf(
            "rank=%d rate=%s taste=%s tastes=%s seeds=%s files=%s force=%s word=%s runner=%s%n",
            options.getRank(),
            options.getLearningRate(),
            options.getTaste(),
            options.getTastes(),
            options.getSeeds(),
            options.getFiles(),
            options.isForce(),
            options.getWord(),
            options.getRunner().getSimpleName());
    return 0;
  }

  /** A second command, so that there is something to mix up. */
  static final class Other implements Command {
    @Override
    public String name() {
      return "other";
    }

    @Override
    public String summary() {
      return "does something else";
    }

    @Override
    public Class<? extends PipelineOptions> optionsType() {
      return OtherOptions.class;
    }

    @Override
    public int run(PipelineOptions given, Terminal terminal) {
      return 3;
    }
  }
}

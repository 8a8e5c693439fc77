package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.pipelines.common.HydraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HydraTest {

  @TempDir Path folder;

  @Test
  void options_ofEveryKind_reachTheCommand() {
    Launched launched =
        echo(
            "echo",
            "--rank=4",
            "--learningRate=5e-4",
            "--taste=sour-sweet",
            "--tastes=sweet,SOUR_SWEET",
            "--seeds=0,1,2",
            "--force",
            "--word=a b=c",
            "x.jpg",
            "y.png");
    assertThat(launched.err()).isEmpty();
    assertThat(launched.out().strip())
        .isEqualTo(
            "rank=4 rate=5.0E-4 taste=SOUR_SWEET tastes=[SWEET, SOUR_SWEET] seeds=[0, 1, 2]"
                + " files=[x.jpg, y.png] force=true word=a b=c runner=DirectRunner");
    assertThat(launched.exitCode()).isEqualTo(0);
  }

  @Test
  void noWords_runTheFirstCommand() {
    assertThat(echo().out()).startsWith("rank=2 rate=0.001 taste=SWEET");
  }

  @Test
  void unknownCommand_namesTheNearest() {
    assertUsage(
        echo("ecko"),
        "hydra: unknown command 'ecko'; did you mean echo? (--help lists the commands)");
  }

  @Test
  void unknownOption_namesTheNearest() {
    assertUsage(
        echo("echo", "--rnak=3"),
        "hydra: unknown option --rnak; did you mean --rank? (echo --help lists the options)");
  }

  @Test
  void optionOfAnotherCommand_isSaidToBe() {
    assertUsage(
        echo("echo", "--scores=x"), "hydra: echo has no option --scores (it belongs to: other)");
  }

  @Test
  void numberThatIsNone_isRefused() {
    assertUsage(
        echo("echo", "--rank=x"), "hydra: --rank=x: 'x' is not a whole number (or out of range)");
    assertUsage(
        echo("echo", "--rank=99999999999"),
        "hydra: --rank=99999999999: '99999999999' is not a whole number (or out of range)");
    assertUsage(
        echo("echo", "--learningRate=NaN"),
        "hydra: --learningRate=NaN: 'NaN' is not a finite number");
    assertUsage(echo("echo", "--seeds=1,,2"), "hydra: --seeds=1,,2: a value is missing");
  }

  @Test
  void enumValueThatIsNone_listsThem() {
    assertUsage(
        echo("echo", "--taste=salty"),
        "hydra: --taste=salty: 'salty' is not one of sweet, sour_sweet");
  }

  @Test
  void optionWithoutValue_isRefused() {
    assertUsage(echo("echo", "--rank"), "hydra: --rank has no value: --rank=INTEGER");
    assertUsage(echo("echo", "--rank="), "hydra: --rank= has no value");
    assertUsage(
        echo("echo", "--force=maybe"), "hydra: --force=maybe: 'maybe' is neither true nor false");
  }

  @Test
  void optionGivenTwice_isRefused() {
    assertUsage(echo("echo", "--rank=1", "--rank=2"), "hydra: --rank is given twice");
  }

  @Test
  void wordsThatAreNoOptions_areRefused() {
    assertUsage(echo("other", "x"), "hydra: unexpected word 'x': options are written --name=value");
    assertUsage(
        echo("echo", "-rank=3"), "hydra: -rank=3 is no option: options are written --name=value");
    assertUsage(echo("--rank=3"), "hydra: no command before --rank (commands: echo, other)");
  }

  @Test
  void requiredOption_missing_isNamed() {
    assertUsage(echo("other"), "hydra: --scores=TEXT is missing: Where.");
  }

  @Test
  void exitCode_isTheCommands() {
    assertThat(echo("other", "--scores=x").exitCode()).isEqualTo(3);
  }

  @Test
  void runnerThatIsNotThere_saysWhereItComesFrom() {
    Launched launched = echo("echo", "--runner=NoRunner");
    assertThat(launched.exitCode()).isEqualTo(2);
    assertThat(launched.err()).contains("'NoRunner'");
    assertThat(launched.err()).contains("-Pflink-runner");
    assertThat(launched.err().lines().count()).isEqualTo(1);
  }

  @Test
  void optionOfTheRunner_isTaken() {
    assertThat(echo("echo", "--targetParallelism=1").exitCode()).isEqualTo(0);
  }

  @Test
  void configFile_commandLineWins() throws IOException {
    Path file =
        write(
            "rank: 4\nlearningRate: 0.5 # why not\ntaste: sour_sweet\nseeds: [3, 4]\nscores: \"s\"\n");
    Launched launched = echo("echo", "--config=" + file, "--rank=8");
    assertThat(launched.err()).isEmpty();
    assertThat(launched.out())
        .startsWith("rank=8 rate=0.5 taste=SOUR_SWEET tastes=null seeds=[3, 4] ");
  }

  @Test
  void configFile_unknownName_isLocated() throws IOException {
    Path file = write("rank: 4\n  rnak: 3\n");
    assertUsage(
        echo("echo", "--config=" + file),
        "hydra: %s:2:3: no option is named rnak; did you mean rank? (COMMAND --help lists them)"
            .formatted(file));
  }

  @Test
  void configFile_wrongValue_isLocated() throws IOException {
    Path file = write("rank: \"four\"\n");
    Launched launched = echo("echo", "--config=" + file);
    assertThat(launched.exitCode()).isEqualTo(2);
    assertThat(launched.err()).startsWith("hydra: %s:1:7: ".formatted(file));
    assertThat(launched.err().lines().count()).isEqualTo(1);
  }

  @Test
  void configFile_thatIsMissing_isNamed() {
    Path file = folder.resolve("none.textproto");
    assertUsage(
        echo("echo", "--config=" + file),
        "hydra: --config: cannot read %s: no such file or folder".formatted(file));
  }

  @Test
  void foreseenFailure_insideThePipeline_isOneLine() {
    Exception wrapped =
        new PipelineExecutionException(
            new RuntimeException(new HydraException(HydraException.PARTIAL, "2 jobs failed\n  a")));
    Launched launched = failing(wrapped);
    assertThat(launched.err()).isEqualTo("hydra: 2 jobs failed a" + System.lineSeparator());
    assertThat(launched.exitCode()).isEqualTo(3);
  }

  @Test
  void unforeseenFailure_saysWhereTheTraceIs() throws IOException {
    Launched launched = failing(new IllegalStateException("boom\nbang"));
    assertThat(launched.exitCode()).isEqualTo(1);
    assertThat(launched.err()).startsWith("hydra: unexpected IllegalStateException: boom bang (");
    assertThat(launched.err().lines().count()).isEqualTo(1);
    String name = launched.err().replaceAll("(?s).*trace is in (.*)\\).*", "$1");
    Path trace = Path.of(name);
    assertThat(Files.readString(trace)).contains("at io.hydrabeam.runners.HydraTest");
    Files.delete(trace);
  }

  @Test
  void unforeseenFailure_verbose_printsTheTrace() {
    Launched launched =
        Launched.run(
            List.of(new EchoCommand(new IllegalStateException("boom"))), "echo", "--verbose");
    assertThat(launched.err()).contains("\tat io.hydrabeam.runners.HydraTest");
    assertThat(launched.err())
        .endsWith("hydra: unexpected IllegalStateException: boom" + System.lineSeparator());
  }

  @Test
  void help_listsCommandsAndOptionsWithDefaults() {
    assertThat(echo("--help").out()).contains("  echo        prints its options");
    String help = echo("echo", "--help").out();
    assertThat(help).contains("--rank=INTEGER\n      Rank of the branches, 1 to 64. Default: 2.");
    assertThat(help).contains("--taste=sweet|sour_sweet\n");
    assertThat(help).contains("--seeds=INTEGER,…\n      Seeds.\n");
    assertThat(help).contains("--help=runner");
    assertThat(echo("echo", "-h").out()).isEqualTo(help);
  }

  @Test
  void help_onRunners_isBeams() {
    assertThat(echo("--help=runner").out()).contains("DirectOptions");
    assertThat(echo("--help=DirectOptions").out()).contains("--targetParallelism");
    assertUsage(
        echo("--help=DirectOption"),
        "hydra: no help on 'DirectOption'; did you mean DirectOptions? (--help lists the commands)");
  }

  @Test
  void version_isThePomsAndNamesBeam() {
    Launched launched = echo("--version");
    assertThat(launched.out())
        .matches("Hydra Beam \\d+\\.\\d+\\.\\d+.* \\(Apache Beam 2\\.70.*\\)\\R");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("options.textproto"), text);
  }

  private static Launched echo(String... words) {
    return run(null, words);
  }

  private static Launched failing(Exception failure) {
    return run(failure, "echo");
  }

  private static Launched run(@Nullable Exception failure, String... words) {
    return Launched.run(List.of(new EchoCommand(failure), new EchoCommand.Other()), words);
  }

  private static void assertUsage(Launched launched, String line) {
    assertThat(launched.err()).isEqualTo(line + System.lineSeparator());
    assertWithMessage("exit code").that(launched.exitCode()).isEqualTo(2);
    assertThat(launched.out()).isEmpty();
  }
}

package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageRatesTest {

  @TempDir Path folder;

  @Test
  void measured_rowsOfTheModel_areTakenAsTheyAre() throws IOException {
    String file =
        file(
            row("base16", "evaluate", "hydra", "fp32", 5),
            row("base16", "train", "hydra", "fp32", 2.2),
            row("base16", "train", "hydra", "fp32", 2.4),
            row("base16", "train", "hydra", "bf16", 4),
            row("ti16", "train", "full", "fp32", 90));
    assertThat(measured(file, Precision.FP32)).isEqualTo(rates(5, 2.4, 5.0 / 3));
    assertThat(measured(file, Precision.BF16)).isEqualTo(rates(8, 4, 8.0 / 3));
  }

  @Test
  void measured_whatBenchmarkWrites_isRead() throws IOException {
    Path csv = folder.resolve("speed.csv");
    Launched launched =
        Launched.run(
            Hydra.COMMANDS,
            "benchmark",
            "--model=tiny",
            "--measure=train",
            "--method=full",
            "--batch=2",
            "--jobsAtOnce=1",
            "--steps=1",
            "--warmUp=1",
            "--device=cpu",
            "--csv=" + csv);
    assertThat(launched.exitCode()).isEqualTo(0);
    ImageRates rates =
        ImageRates.measured(SpeedFile.read(csv.toString()), VitConfig.tiny(), Precision.FP32)
            .orElseThrow();
    assertThat(rates.full()).isGreaterThan(0.0);
    assertThat(rates.forward()).isWithin(1e-9).of(3 * rates.full());
  }

  @Test
  void measured_otherModelOnly_isEmpty() throws IOException {
    String file = file(row("ti16", "train", "hydra", "fp32", 90));
    assertThat(ImageRates.measured(SpeedFile.read(file), VitConfig.base16(), Precision.FP32))
        .isEmpty();
  }

  @Test
  void read_otherFile_isAUsageErrorThatNamesTheLine() throws IOException {
    String noTable = folder.resolve("a.txt").toString();
    Files.writeString(Path.of(noTable), "hello");
    assertThat(assertThrows(HydraException.class, () -> SpeedFile.read(noTable)).line())
        .contains("does not begin with the columns");
    String broken =
        file(
            row("base16", "train", "hydra", "fp32", 2), row("base17", "train", "hydra", "fp32", 2));
    assertThat(assertThrows(HydraException.class, () -> SpeedFile.read(broken)).line())
        .contains("line 3");
    assertThat(
            assertThrows(HydraException.class, () -> SpeedFile.read(folder + "/none")).exitCode())
        .isEqualTo(HydraException.USAGE);
  }

  @Test
  void plan_withASpeedFile_tellsItsTimes() throws IOException {
    String slow = file(row("base16", "train", "hydra", "fp32", 0.001));
    Launched planned =
        Launched.run(
            Hydra.COMMANDS,
            "plan",
            "--benchmark=vtab1k",
            "--tasks=dtd",
            "--randomBackbone=base16",
            "--jobsAtOnce=1",
            "--examples=" + folder,
            "--speed=" + slow);
    assertThat(planned.err()).isEmpty();
    assertThat(planned.out()).contains("on the machine of " + slow);
    // 100 epochs of 31 batches of 32; 1,880 images to score, and 3 x 256 for the branches, in half
    // that
    // time each.
    assertThat(planned.out()).contains("27555.6 h to train, 367.8 h to evaluate");

    Launched other =
        Launched.run(
            Hydra.COMMANDS,
            "plan",
            "--benchmark=vtab1k",
            "--randomBackbone=base16",
            "--precision=bf16",
            "--speed=" + slow);
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("benchmark --model=224/16/768/12/12/3072 --precision=bf16");
  }

  /** Of twelve blocks, whose starts are not in the file. */
  private static ImageRates rates(double forward, double adapted, double full) {
    return new ImageRates(forward, adapted, full, 12 * 0.15, 12 * 0.3);
  }

  private static ImageRates measured(String file, Precision precision) {
    return ImageRates.measured(SpeedFile.read(file), VitConfig.base16(), precision).orElseThrow();
  }

  private String file(String... rows) throws IOException {
    Path file = Files.createTempFile(folder, "speed", ".csv");
    Files.writeString(file, SpeedFile.HEADER + "\n" + String.join("\n", rows) + "\n");
    return file.toString();
  }

  private static String row(
      String model, String measured, String method, String precision, double imagesPerSecond) {
    return "%s,%s,%s,2,%s,16,1,2,5,%s,1,1,1,1,1,1,1,1"
        .formatted(model, measured, method, precision, imagesPerSecond);
  }
}

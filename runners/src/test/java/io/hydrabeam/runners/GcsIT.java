package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.testing.gcs.FakeGcs;
import io.hydrabeam.testing.gcs.GcsFault;
import io.hydrabeam.testing.gcs.GcsOperation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stages with everything at gs://, in processes of their own, against a stand-in server. */
final class GcsIT {
  private static final String BUCKET = "here";
  private static final String ROOT = "gs://" + BUCKET + "/work";

  private static final Set<GcsOperation> READS =
      Set.of(GcsOperation.READ, GcsOperation.STAT, GcsOperation.LIST);

  /** Files whose bytes do not depend on times, paths or the number of attempts. */
  private static final Pattern RESULTS =
      Pattern.compile(
          ".*(\\.tfrecord-.*|/adapter\\.safetensors|/adapter_config\\.json|/predictions/.*"
              + "|/scores\\.(json|csv)|/report\\.md|/duplicates\\.jsonl|/features\\.json)");

  @TempDir static Path folder;
  private static Map<String, byte[]> local;
  private FakeGcs gcs;

  @BeforeAll
  static void runLocally() throws Exception {
    var unused = PreparedImages.write(folder, 4, "warm", "cold");
    List<Launched> launched = launch(localPaths(), List.of());
    assertThat(launched.get(1).err()).contains("train: 4 done");
    local = localFiles();
  }

  @BeforeEach
  void start() throws IOException {
    gcs = FakeGcs.start(BUCKET);
    upload("input");
    upload("catalog.textproto");
  }

  @AfterEach
  void stop() {
    gcs.close();
  }

  private void upload(String name) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(name))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        gcs.put(BUCKET, "work/" + folder.relativize(file), Files.readAllBytes(file));
      }
    }
  }

  @Test
  void stages_remote_giveTheLocalBytesAndAreThenDone() throws Exception {
    List<Launched> first = launch(remotePaths(), gcs.options());
    assertSame(gcs.objects(BUCKET), local);
    for (Launched launched : first) {
      assertThat(launched.err()).doesNotContain("WARN");
    }

    NavigableMap<String, Long> before = gcs.generations(BUCKET);
    List<Launched> again = launch(remotePaths(), gcs.options());
    assertThat(again.get(1).err()).contains("0 done, 4 were finished");
    // The evaluation is a new one, which takes all scores over; nothing that was there is touched.
    NavigableMap<String, Long> after = gcs.generations(BUCKET);
    assertThat(after).containsAtLeastEntriesIn(before);
    assertThat(after.keySet().stream().map(OutputFiles::withoutId).distinct().toList())
        .containsExactlyElementsIn(before.keySet().stream().map(OutputFiles::withoutId).toList());
    assertThat(again.get(2).out()).contains("carried over");
  }

  @Test
  void stages_faults_giveTheLocalBytes() throws Exception {
    gcs.failRandomly(
        20231,
        0.05,
        15,
        request -> READS.contains(request.operation()),
        List.of(GcsFault.cutBody(), GcsFault.status(503), GcsFault.slow(200)));
    gcs.failRandomly(
        20232,
        0.1,
        30,
        request -> true,
        List.of(
            GcsFault.status(429),
            GcsFault.status(503),
            GcsFault.slow(200),
            GcsFault.lostAnswer(),
            GcsFault.brokenConnection()));
    List<Launched> unused = launch(remotePaths(), gcs.options());
    assertThat(gcs.faultsHappened()).isAtLeast(20);
    assertSame(gcs.objects(BUCKET), local);
  }

  /** The three stages in turn; each must succeed. */
  private static List<Launched> launch(Map<String, String> paths, List<String> more)
      throws Exception {
    return List.of(
        stage(paths, more, "preprocess", List.of("catalog", "input", "examples"), "--imageSize=32"),
        stage(
            paths,
            more,
            "train",
            List.of("catalog", "examples", "runs"),
            "--randomBackbone=tiny",
            "--device=cpu",
            "--threads=1",
            "--seeds=0,1"),
        stage(
            paths,
            more,
            "evaluate",
            List.of("catalog", "examples", "runs", "scores"),
            "--device=cpu",
            "--threads=1"));
  }

  private static Launched stage(
      Map<String, String> paths,
      List<String> more,
      String command,
      List<String> options,
      String... fixed)
      throws Exception {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(more);
    words.addAll(List.of(fixed));
    options.forEach(option -> words.add("--%s=%s".formatted(option, paths.get(option))));
    Launched launched = HydraProcess.run(folder, words.toArray(String[]::new));
    assertWithMessage(launched.err()).that(launched.exitCode()).isEqualTo(0);
    return launched;
  }

  private static Map<String, String> remotePaths() {
    return Map.of(
        "catalog", ROOT + "/catalog.textproto",
        "input", ROOT + "/input",
        "examples", ROOT + "/out/examples",
        "runs", ROOT + "/out/runs",
        "scores", ROOT + "/out/scores");
  }

  private static Map<String, String> localPaths() {
    return Map.of(
        "catalog", folder.resolve("catalog.textproto").toString(),
        "input", folder.resolve("input").toString(),
        "examples", folder.resolve("out/examples").toString(),
        "runs", folder.resolve("out/runs").toString(),
        "scores", folder.resolve("out/scores").toString());
  }

  private static Map<String, byte[]> localFiles() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder.resolve("out"))) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        String name = "work/" + folder.relativize(path);
        files.put(
            OutputFiles.withoutId(name), OutputFiles.withoutId(name, Files.readAllBytes(path)));
      }
    }
    return files;
  }

  private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
    Map<String, byte[]> made = new TreeMap<>();
    actual.forEach(
        (name, bytes) -> {
          if (name.startsWith("work/out/")) {
            made.put(OutputFiles.withoutId(name), OutputFiles.withoutId(name, bytes));
          }
        });
    assertThat(made.keySet()).containsExactlyElementsIn(expected.keySet());
    Set<String> different = new TreeSet<>();
    int compared = 0;
    for (Map.Entry<String, byte[]> entry : expected.entrySet()) {
      if (RESULTS.matcher(entry.getKey()).matches()) {
        compared++;
        if (!Arrays.equals(entry.getValue(), made.get(entry.getKey()))) {
          different.add(entry.getKey());
        }
      }
    }
    assertThat(different).isEmpty();
    assertThat(compared).isAtLeast(27);
  }
}

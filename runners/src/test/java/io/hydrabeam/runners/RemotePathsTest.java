package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.testing.gcs.FakeGcs;
import io.hydrabeam.testing.gcs.GcsFault;
import io.hydrabeam.testing.gcs.GcsOperation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of gs:// paths before anything is started. */
final class RemotePathsTest {
  private static final String CATALOG =
      """
      benchmark: "mine"
      task { name: "only" classes: 2 version: 1 }
      """;

  private FakeGcs gcs;

  @BeforeEach
  void start() throws IOException {
    gcs = FakeGcs.start("here");
    gcs.put("here", "catalog.textproto", CATALOG.getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void stop() {
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    gcs.close();
  }

  private Launched run(List<String> service, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(service);
    return Launched.run(Hydra.COMMANDS, all.toArray(String[]::new));
  }

  private void assertUsage(String contains, String... words) {
    Launched launched = run(gcs.options(), words);
    assertThat(launched.err()).startsWith("hydra: ");
    assertThat(launched.err()).contains(contains);
    assertThat(launched.err().lines().count()).isEqualTo(1);
    assertThat(launched.exitCode()).isEqualTo(HydraException.USAGE);
    assertWithMessage("changes").that(gcs.changes()).isEqualTo(0);
  }

  @Test
  void bucketThatIsMissing_isNamed() {
    assertUsage(
        "--examples=gs://elsewhere/x: the bucket elsewhere does not exist",
        "preprocess",
        "--examples=gs://elsewhere/x");
  }

  @Test
  void accessThatIsDenied_isNamed() {
    gcs.fail(1, GcsOperation.LIST, "", GcsFault.status(403));
    assertUsage(
        "--runs=gs://here/x: Cloud Storage answered 403, access is denied",
        "train",
        "--runs=gs://here/x");
  }

  @Test
  void credentialsThatAreRefused_areNamed() {
    gcs.fail(1000, GcsOperation.LIST, "", GcsFault.status(401)); // a client refreshes and repeats
    assertUsage("answered 401, the credentials are missing", "train", "--runs=gs://here/x");
  }

  @Test
  void schemeThatIsUnknown_isNamed() {
    for (String scheme : List.of("s3", "hdfs", "foo")) {
      assertUsage(
          "--scores=%s://here/x: paths of %s:// are not supported".formatted(scheme, scheme),
          "evaluate",
          "--scores=%s://here/x".formatted(scheme));
    }
  }

  @Test
  void bucketThatIsNotGiven_isSaid() {
    assertUsage("--input=gs:///x: names no bucket", "preprocess", "--input=gs:///x");
    assertUsage("--input=gs:/here/x: names no bucket", "preprocess", "--input=gs:/here/x");
  }

  @Test
  void fileThatIsMissing_isNamed() {
    assertUsage(
        "--backbone=gs://here/none.npz: there is no such object",
        "train",
        "--backbone=gs://here/none.npz");
    assertUsage(
        "--config=gs://here/none: there is no such object", "tasks", "--config=gs://here/none");
  }

  @Test
  void serviceThatDoesNotAnswer_isNamed() throws IOException {
    String nowhere;
    try (FakeGcs closed = FakeGcs.start()) {
      nowhere = closed.root();
    }
    Launched launched =
        run(
            List.of("--gcsEndpoint=" + nowhere + "/storage/v1/", gcs.options().get(1)),
            "train",
            "--runs=gs://here/x");
    assertThat(launched.err()).contains("does not answer (ConnectException: Connection refused)");
    assertThat(launched.exitCode()).isEqualTo(HydraException.USAGE);
  }

  @Test
  void catalogAndConfig_areRead() {
    gcs.put(
        "here",
        "options.textproto",
        "catalog: \"gs://here/catalog.textproto\"".getBytes(StandardCharsets.UTF_8));
    Launched launched = run(gcs.options(), "tasks", "--config=gs://here/options.textproto");
    assertThat(launched.err()).isEmpty();
    assertThat(launched.out()).contains("benchmark mine");
  }

  @Test
  void busyService_isAskedAgain() {
    gcs.fail(1, GcsOperation.STAT, "catalog", GcsFault.status(503));
    gcs.fail(1, GcsOperation.STAT, "catalog", GcsFault.status(429));
    Launched launched = run(gcs.options(), "tasks", "--catalog=gs://here/catalog.textproto");
    assertThat(launched.out()).contains("benchmark mine");
  }
}

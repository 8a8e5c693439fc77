package io.hydrabeam.runners.dataflow;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.pipelines.common.HydraException;
import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

final class RefusalTest {

  private static final Refusal REFUSAL = new Refusal("a-project", "europe-west4", "hydra-train-1");

  /** Named as the client library's. */
  private static final class GoogleJsonResponseException extends IOException {
    private static final long serialVersionUID = 1L;

    GoogleJsonResponseException(int code, String message) {
      super(
          "%d Status%nPOST http://host/jobs%n{%n  \"code\" : %d,%n  \"message\" : \"%s\"%n}"
              .formatted(code, code, message));
    }
  }

  /** Named as the runner's. */
  private static final class DataflowJobAlreadyExistsException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void of_permissionDenied_isUsageAndSaysWhichRole() {
    HydraException refused = created(403, "The caller does not have permission");
    assertThat(refused.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(refused.line())
        .startsWith(
            "Dataflow refuses job hydra-train-1 in project a-project, region europe-west4 (403: The"
                + " caller does not have permission): the account needs the role Dataflow Developer");
  }

  @Test
  void of_noSuchProject_isUsage() {
    assertThat(created(404, "Not found").line()).endsWith("check --project and --region");
    assertThat(created(404, "Not found").exitCode()).isEqualTo(HydraException.USAGE);
  }

  @Test
  void of_quota_isFailure() {
    assertThat(created(429, "Quota exceeded").exitCode()).isEqualTo(HydraException.FAILED);
    assertThat(created(503, "Try later").exitCode()).isEqualTo(HydraException.FAILED);
  }

  @Test
  void of_jobThatStillRuns_isNamed() {
    HydraException refused = REFUSAL.of(new DataflowJobAlreadyExistsException()).orElseThrow();
    assertThat(refused.line()).startsWith("job hydra-train-1 of an earlier launch");
    assertThat(refused.exitCode()).isEqualTo(HydraException.USAGE);
  }

  @Test
  void of_connectionLost_saysHowToGoOn() {
    RuntimeException failure =
        new IllegalStateException(
            "Failed to create a workflow job", new ConnectException("refused"));
    HydraException refused = REFUSAL.of(failure).orElseThrow();
    assertThat(refused.line()).contains("the same command goes on");
    assertThat(refused.exitCode()).isEqualTo(HydraException.FAILED);
  }

  @Test
  void of_noCredentials_saysHowToGetThem() {
    RuntimeException failure =
        new IllegalStateException("Unable to get application default credentials. Please see");
    assertThat(REFUSAL.of(failure).orElseThrow().line())
        .startsWith("Google Cloud needs credentials: run gcloud auth");
  }

  @Test
  void of_bucketOfStaging_isUsage() {
    String said = "Output path does not exist or is not writeable: gs://bucket/staging";
    HydraException refused =
        REFUSAL.of(new IllegalStateException(said, new IOException("404"))).orElseThrow();
    assertThat(refused.line()).startsWith(said + ": make the bucket");
    assertThat(refused.exitCode()).isEqualTo(HydraException.USAGE);
  }

  @Test
  void of_defectOfOurOwn_isNone() {
    assertThat(REFUSAL.of(new IllegalArgumentException("defect"))).isEmpty();
    assertThat(REFUSAL.of(new IllegalStateException(new IOException("disk")))).isEmpty();
  }

  private static HydraException created(int code, String message) {
    return REFUSAL
        .of(
            new IllegalStateException(
                "Failed to create a workflow job: " + message,
                new GoogleJsonResponseException(code, message)))
        .orElseThrow();
  }
}

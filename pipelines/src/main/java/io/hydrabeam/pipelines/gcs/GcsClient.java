package io.hydrabeam.pipelines.gcs;

import com.google.api.gax.retrying.RetrySettings;
import com.google.auth.Credentials;
import com.google.cloud.NoCredentials;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import java.net.URI;
import java.time.Duration;
import org.apache.beam.sdk.extensions.gcp.options.GcsOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/**
 * Clients of Cloud Storage with the endpoint and the credentials that Beam uses: the application
 * default ones, or what {@code --credentialFactoryClass} gives.
 */
final class GcsClient {

  /** Beyond what a service that asks for patience needs: the caller fails after two minutes. */
  private static final RetrySettings PATIENT =
      RetrySettings.newBuilder()
          .setInitialRetryDelayDuration(Duration.ofMillis(500))
          .setRetryDelayMultiplier(2)
          .setMaxRetryDelayDuration(Duration.ofSeconds(20))
          .setMaxAttempts(10)
          .setTotalTimeoutDuration(Duration.ofMinutes(2))
          .build();

  /** For a check that a person waits for. */
  private static final RetrySettings BRISK =
      PATIENT.toBuilder().setMaxAttempts(4).setTotalTimeoutDuration(Duration.ofSeconds(20)).build();

  /** The service wants one, and the requests that are made here do not use it. */
  private static final String NO_PROJECT = "none";

  private static @Nullable PipelineOptions options;
  private static @Nullable Storage client;

  private GcsClient() {}

  /** The client for this process's work. */
  static synchronized Storage get() {
    PipelineOptions current = GcsSettings.current();
    Storage known = client;
    if (known == null || options != current) {
      known = create(current, PATIENT);
      client = known;
      options = current;
    }
    return known;
  }

  /** A client that gives up soon. */
  static Storage brisk(PipelineOptions options) {
    return create(options, BRISK);
  }

  private static Storage create(PipelineOptions options, RetrySettings retries) {
    GcsOptions gcs = options.as(GcsOptions.class);
    Credentials credentials = gcs.getGcpCredential();
    StorageOptions.Builder builder =
        StorageOptions.http()
            .setProjectId(NO_PROJECT)
            .setCredentials(credentials == null ? NoCredentials.getInstance() : credentials)
            .setRetrySettings(retries);
    String endpoint = gcs.getGcsEndpoint();
    if (endpoint != null) {
      URI uri = URI.create(endpoint);
      builder.setHost(uri.getScheme() + "://" + uri.getAuthority());
    }
    return builder.build().getService();
  }
}

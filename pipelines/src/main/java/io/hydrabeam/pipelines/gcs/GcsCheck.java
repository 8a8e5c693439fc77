package io.hydrabeam.pipelines.gcs;

import com.google.cloud.BaseServiceException;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobGetOption;
import com.google.cloud.storage.Storage.BlobListOption;
import io.hydrabeam.pipelines.common.HydraException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.extensions.gcp.options.GcsOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** Looks, before work starts, whether gs:// paths can be used: one request for each. */
public final class GcsCheck {
  private static final Pattern PATH =
      Pattern.compile("gs://([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])(?:/(.*))?");

  private final GcsOptions options;
  private @Nullable Storage client;

  private GcsCheck(GcsOptions options) {
    this.options = options;
  }

  /** A check with the endpoint and the credentials of these options. */
  public static GcsCheck with(PipelineOptions options) {
    return new GcsCheck(options.as(GcsOptions.class));
  }

  /**
   * Checks that the bucket is there and lists its objects to us. The folder may be empty.
   *
   * @param given as the user wrote it, for the error's line: {@code --examples=gs://bucket/folder}
   * @throws HydraException usage, if the path is none or the service refuses
   */
  public void requireFolder(String given, String path) {
    Matcher parts = parse(given, path);
    try {
      var unused =
          client()
              .list(
                  parts.group(1),
                  BlobListOption.prefix(parts.group(2) == null ? "" : parts.group(2)),
                  BlobListOption.pageSize(1));
    } catch (BaseServiceException e) {
      throw refused(given, parts.group(1), e);
    }
  }

  /**
   * Checks that an object is there and that we may read it.
   *
   * @param given as for {@link #requireFolder}
   * @throws HydraException usage, if not
   */
  public void requireFile(String given, String path) {
    Matcher parts = parse(given, path);
    String name = parts.group(2);
    if (name == null || name.isEmpty() || name.endsWith("/")) {
      throw HydraException.usage(given + ": names a folder; a file is needed");
    }
    try {
      if (client().get(BlobId.of(parts.group(1), name), BlobGetOption.fields()) == null) {
        throw HydraException.usage(
            "%s: there is no such object, or no such bucket".formatted(given));
      }
    } catch (BaseServiceException e) {
      throw refused(given, parts.group(1), e);
    }
  }

  private Storage client() {
    if (client == null) {
      client = GcsClient.brisk(options);
    }
    return client;
  }

  private static Matcher parse(String given, String path) {
    Matcher parts = PATH.matcher(path);
    if (!parts.matches()) {
      throw HydraException.usage(
          "%s: names no bucket; such paths are written gs://BUCKET/FOLDER".formatted(given));
    }
    return parts;
  }

  private HydraException refused(String given, String bucket, BaseServiceException e) {
    int status = e.getCode();
    String line;
    if (status == GcsErrors.NOT_FOUND) {
      line = "the bucket %s does not exist; create it or correct the name".formatted(bucket);
    } else if ((status == GcsErrors.UNAUTHORIZED || status == GcsErrors.FORBIDDEN)
        && options.getGcpCredential() == null) {
      line =
          "the bucket %s is not public, and there are no application default credentials; run"
                  .formatted(bucket)
              + " `gcloud auth application-default login` or set GOOGLE_APPLICATION_CREDENTIALS";
    } else {
      line =
          GcsErrors.reason(e)
              .map(reason -> reason + "; the account needs the role Storage Object User on it")
              .orElseGet(() -> "%s does not answer (%s)".formatted(service(), silence(e)));
    }
    return new HydraException(HydraException.USAGE, given + ": " + line, e);
  }

  private String service() {
    String endpoint = options.getGcsEndpoint();
    return endpoint == null ? "Cloud Storage" : "--gcsEndpoint=" + endpoint;
  }

  private static String silence(BaseServiceException e) {
    return GcsErrors.silence(e).orElseGet(() -> String.valueOf(e.getMessage()));
  }
}

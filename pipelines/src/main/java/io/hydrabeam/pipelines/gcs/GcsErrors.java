package io.hydrabeam.pipelines.gcs;

import com.google.cloud.storage.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;

/** Cloud Storage's refusals in words for users; no credential is part of them. */
final class GcsErrors {
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;

  private GcsErrors() {}

  static IOException explain(String bucket, StorageException e) {
    return switch (e.getCode()) {
      case UNAUTHORIZED -> new IOException("the credentials are not accepted", e);
      case FORBIDDEN -> new IOException("access to the bucket %s is denied".formatted(bucket), e);
      case NOT_FOUND -> {
        FileNotFoundException missing =
            new FileNotFoundException("the bucket %s does not exist".formatted(bucket));
        missing.initCause(e);
        yield missing;
      }
      default -> new IOException("Cloud Storage: " + e.getMessage(), e);
    };
  }
}

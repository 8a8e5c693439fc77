package io.hydrabeam.pipelines.gcs;

import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage.BlobTargetOption;
import com.google.cloud.storage.StorageException;
import java.io.IOException;
import org.apache.beam.sdk.extensions.gcp.util.gcsfs.GcsPath;
import org.apache.beam.sdk.util.MimeTypes;

/** Operations on single objects; a class of its own so that it is loaded with the first one. */
final class GcsObjects {
  private GcsObjects() {}

  /** See {@link io.hydrabeam.pipelines.storage.ExclusiveCreate#create}. */
  static boolean create(String file, byte[] contents) throws IOException {
    GcsPath path = GcsPath.fromUri(file);
    BlobInfo object =
        BlobInfo.newBuilder(BlobId.of(path.getBucket(), path.getObject()))
            .setContentType(MimeTypes.BINARY)
            .build();
    try {
      var unused = GcsClient.get().create(object, contents, BlobTargetOption.doesNotExist());
      return true;
    } catch (StorageException e) {
      if (e.getCode() == GcsErrors.CONDITION_NOT_MET) {
        return false;
      }
      throw new IOException(GcsErrors.reason(e).orElse("Cloud Storage: " + e.getMessage()), e);
    }
  }
}

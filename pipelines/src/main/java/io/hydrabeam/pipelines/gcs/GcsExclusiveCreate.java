package io.hydrabeam.pipelines.gcs;

import io.hydrabeam.pipelines.storage.ExclusiveCreate;
import java.io.IOException;

/** In Cloud Storage: one request, on the condition that the object has no generation yet. */
public final class GcsExclusiveCreate implements ExclusiveCreate {

  @Override
  public String scheme() {
    return "gs";
  }

  @Override
  public boolean create(String file, byte[] contents) throws IOException {
    return GcsObjects.create(file, contents);
  }
}

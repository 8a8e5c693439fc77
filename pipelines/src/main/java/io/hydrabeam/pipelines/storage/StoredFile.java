package io.hydrabeam.pipelines.storage;

import io.hydrabeam.pipelines.common.HashingOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A file as its folder's marker records it.
 *
 * @param name within the folder
 * @param bytes its length
 * @param sha256 of its contents, hex
 */
public record StoredFile(String name, long bytes, String sha256) {

  /**
   * What a file is, read from its start to its end.
   *
   * @param path local or gs://
   * @param name that the record is to have
   * @throws FileNotFoundException if there is none
   */
  public static StoredFile hashed(String path, String name) throws IOException {
    try (InputStream in = Storage.open(path);
        HashingOutputStream hash = new HashingOutputStream(OutputStream.nullOutputStream())) {
      in.transferTo(hash);
      return new StoredFile(name, hash.bytes(), hash.sha256());
    }
  }
}

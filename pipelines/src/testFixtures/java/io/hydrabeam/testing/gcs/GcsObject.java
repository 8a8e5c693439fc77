package io.hydrabeam.testing.gcs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * A stored object.
 *
 * @param generation grows with every write to any object
 */
record GcsObject(String bucket, String name, String contentType, long generation, byte[] bytes) {
  private static final String TIME = "2026-01-01T00:00:00.000Z";

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    return json.put("kind", "storage#object")
        .put("id", "%s/%s/%d".formatted(bucket, name, generation))
        .put("name", name)
        .put("bucket", bucket)
        .put("generation", Long.toString(generation))
        .put("metageneration", "1")
        .put("contentType", contentType)
        .put("size", Integer.toString(bytes.length))
        .put("md5Hash", md5())
        .put("crc32c", crc32c())
        .put("etag", "e" + generation)
        .put("storageClass", "STANDARD")
        .put("timeCreated", TIME)
        .put("updated", TIME);
  }

  String md5() {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  String crc32c() {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    byte[] bigEndian = ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
    return Base64.getEncoder().encodeToString(bigEndian);
  }
}

package io.hydrabeam.pipelines.common;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Counts and hashes what passes through. */
public class HashingOutputStream extends FilterOutputStream {
  private final MessageDigest digest = Hashing.sha256();
  private long bytes;

  public HashingOutputStream(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    digest.update((byte) b);
    bytes++;
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws IOException {
    out.write(buffer, offset, length);
    digest.update(buffer, offset, length);
    bytes += length;
  }

  /** Bytes written so far. */
  public long bytes() {
    return bytes;
  }

  /** SHA-256 (hex) of everything; ends the hash, so it is asked for once, after the last write. */
  public String sha256() {
    return Hashing.hex(digest.digest());
  }
}

package io.hydrabeam.pipelines.storage;

import java.nio.file.Path;
import org.apache.beam.sdk.io.fs.ResolveOptions;
import org.apache.beam.sdk.io.fs.ResolveOptions.StandardResolveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;

/** A path of {@link FaultyFileSystem}. */
record FaultyResourceId(String absolute, boolean isDirectory) implements ResourceId {
  private static final long serialVersionUID = 1L;

  static FaultyResourceId of(String spec, boolean isDirectory) {
    return new FaultyResourceId(local(spec).toString(), isDirectory);
  }

  /** The file behind {@code faulty:///path}. */
  static Path local(String spec) {
    return Path.of(spec.substring((FaultyFileSystem.SCHEME + "://").length()));
  }

  Path path() {
    return Path.of(absolute);
  }

  @Override
  public ResourceId resolve(String other, ResolveOptions options) {
    return new FaultyResourceId(
        path().resolve(other).toString(), options == StandardResolveOptions.RESOLVE_DIRECTORY);
  }

  @Override
  public ResourceId getCurrentDirectory() {
    return isDirectory ? this : new FaultyResourceId(path().getParent().toString(), true);
  }

  @Override
  public String getScheme() {
    return FaultyFileSystem.SCHEME;
  }

  @Override
  public String getFilename() {
    return path().getFileName().toString();
  }

  @Override
  public String toString() {
    return FaultyFileSystem.SCHEME + "://" + absolute + (isDirectory ? "/" : "");
  }
}

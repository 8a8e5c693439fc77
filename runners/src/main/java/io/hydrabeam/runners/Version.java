package io.hydrabeam.runners;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.apache.beam.sdk.util.ReleaseInfo;

/** Version of this build. */
final class Version {

  private Version() {}

  /** One line: program, Beam, Java. */
  static String line() {
    return "Hydra Beam %s (Apache Beam %s, Java %s)"
        .formatted(
            number(), ReleaseInfo.getReleaseInfo().getVersion(), Runtime.version().toString());
  }

  /** As in the POM. */
  static String number() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new IllegalStateException("version.properties is missing from the build");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "unknown");
  }
}

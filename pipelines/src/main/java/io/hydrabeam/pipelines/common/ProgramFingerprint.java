package io.hydrabeam.pipelines.common;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.protos.Score;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Tells whether two processes run the same program: a hash of the classes that compute, wherever
 * they come from, a jar or a build's folders. The launcher's do not belong to them.
 */
public final class ProgramFingerprint {
  private static final List<Class<?>> OF_EACH_MODULE =
      List.of(Score.class, TensorFlowRuntime.class, ProgramFingerprint.class);
  private static final List<String> PREFIXES =
      List.of("io/hydrabeam/protos/", "io/hydrabeam/model/", "io/hydrabeam/pipelines/");
  private static final String TENSORFLOW =
      "META-INF/maven/org.tensorflow/tensorflow-core-api/pom.properties";

  private ProgramFingerprint() {}

  /** SHA-256 (hex); of a program whose classes cannot be found another one at each start. */
  public static String hex() {
    return Known.HEX;
  }

  /**
   * Version of TensorFlow's Java libraries, which brings that of its native code; not asked of the
   * latter, as a process that only submits need not load it.
   */
  public static String tensorflow() {
    Properties properties = new Properties();
    try (InputStream in =
        ProgramFingerprint.class.getClassLoader().getResourceAsStream(TENSORFLOW)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw HydraException.io("read", TENSORFLOW, e);
    }
    return properties.getProperty("version", "unknown");
  }

  /** Hashed with the first question. */
  private static final class Known {
    static final String HEX = hash(OF_EACH_MODULE);
  }

  private static String hash(List<Class<?>> anchors) {
    Set<Path> origins = new LinkedHashSet<>();
    Map<String, String> hashes = new TreeMap<>();
    try {
      for (Class<?> anchor : anchors) {
        CodeSource source = anchor.getProtectionDomain().getCodeSource();
        if (source == null) {
          return Hashing.sha256Hex(List.of(UUID.randomUUID().toString()));
        }
        origins.add(Path.of(source.getLocation().toURI()));
      }
      for (Path origin : origins) {
        hashes.putAll(Files.isDirectory(origin) ? inFolder(origin) : inJar(origin));
      }
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("cannot read the program's own classes", e);
    }
    List<String> parts = new ArrayList<>();
    hashes.forEach((name, hash) -> parts.add(name + " " + hash));
    return Hashing.sha256Hex(parts);
  }

  private static boolean isOwn(String name) {
    return PREFIXES.stream().anyMatch(name::startsWith);
  }

  private static Map<String, String> inFolder(Path folder) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        if (isOwn(name)) {
          hashes.put(name, Hashing.sha256Hex(Files.readAllBytes(file)));
        }
      }
    }
    return hashes;
  }

  private static Map<String, String> inJar(Path jar) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().filter(entry -> isOwn(entry.getName())).toList()) {
        if (!entry.isDirectory()) {
          try (InputStream in = zip.getInputStream(entry)) {
            hashes.put(entry.getName(), Hashing.sha256Hex(in.readAllBytes()));
          }
        }
      }
    }
    return hashes;
  }
}

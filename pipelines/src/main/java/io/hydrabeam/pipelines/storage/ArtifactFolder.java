package io.hydrabeam.pipelines.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.hydrabeam.pipelines.common.HydraException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.jspecify.annotations.Nullable;

/**
 * A folder of output that exists for readers only once it is complete: its last file is the marker
 * {@code DONE.json}, which holds a message about the contents, and length and SHA-256 of every
 * file. A folder without a marker is unfinished; one whose files are not as the marker says is
 * broken, and readers refuse it.
 *
 * <pre>{@code
 * try (ArtifactCommit commit = ArtifactFolder.at(path).begin()) {
 *   try (OutputStream out = commit.create("scores.json")) { … }
 *   commit.commit(info);
 * }
 * }</pre>
 */
public final class ArtifactFolder {
  /** Name of the marker. */
  public static final String MARKER = "DONE.json";

  /** Starts the names of files that are being written; they are swept when the folder commits. */
  public static final String UNFINISHED = ".part-";

  private static final int MARKER_LIMIT_BYTES = 1 << 26;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final String path;

  private ArtifactFolder(String path) {
    this.path = path;
  }

  /** The folder at a path, which need not exist; local or gs://. */
  public static ArtifactFolder at(String path) {
    return new ArtifactFolder(path);
  }

  /** Where it is. */
  public String path() {
    return path;
  }

  /** The path of a file in it; the name may hold slashes. */
  public String file(String name) {
    return Storage.resolve(path, name);
  }

  /** Starts writing; nothing is seen before {@link ArtifactCommit#commit}. */
  public ArtifactCommit begin() {
    return new ArtifactCommit(this);
  }

  /**
   * What a marker says.
   *
   * @param message about the contents
   * @param files of the folder
   */
  public record Contents<M extends Message>(M message, List<StoredFile> files) {
    public Contents {
      files = List.copyOf(files);
    }
  }

  /**
   * The marker's message; empty where there is no marker, so no finished output.
   *
   * @param prototype default instance of the message's type
   * @throws HydraException if the marker cannot be understood, or a file that it names is missing
   *     or has another length
   */
  public <M extends Message> Optional<M> read(M prototype) throws IOException {
    Optional<Contents<M>> contents = contents(prototype);
    if (contents.isPresent()) {
      checkLengths(contents.get().files());
    }
    return contents.map(Contents::message);
  }

  /** As {@link #read}, with the files that the marker names, which are not looked at. */
  @SuppressWarnings("unchecked") // a builder builds its prototype's type
  public <M extends Message> Optional<Contents<M>> contents(M prototype) throws IOException {
    Optional<JsonNode> marker = marker();
    if (marker.isEmpty()) {
      return Optional.empty();
    }
    Message.Builder builder = prototype.newBuilderForType();
    try {
      JsonFormat.parser().merge(marker.get().path("content").toString(), builder);
    } catch (IOException e) {
      throw broken("does not hold a " + prototype.getDescriptorForType().getName(), e);
    }
    return Optional.of(new Contents<>((M) builder.build(), files(marker.get())));
  }

  /**
   * Finishes the commit of an attempt that died after it had claimed the folder; without such a
   * claim nothing happens.
   */
  public void recover() throws IOException {
    Optional<CommitClaim> claim = CommitClaim.find(this);
    if (claim.isPresent() && (isFinished() || claim.get().finish(this))) {
      CommitClaim.sweep(this);
    }
  }

  /**
   * Removes what an attempt has left that came too late.
   *
   * @return whether the folder is finished; if not, nothing is removed
   */
  public boolean sweepIfFinished() throws IOException {
    if (!isFinished()) {
      return false;
    }
    CommitClaim.sweep(this);
    return true;
  }

  /** Whether there is a marker, of whatever content. */
  boolean isFinished() throws IOException {
    return Storage.find(file(MARKER)).isPresent();
  }

  /** Whether the marker stands and has this text. */
  boolean hasMarker(byte[] text) throws IOException {
    try {
      return Arrays.equals(Storage.read(file(MARKER), MARKER_LIMIT_BYTES), text);
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** The files that a marker's text names. */
  List<StoredFile> files(byte[] markerText) {
    return files(parse(markerText));
  }

  /** The files that the marker names; empty without a marker. */
  public List<StoredFile> files() throws IOException {
    Optional<JsonNode> marker = marker();
    return marker.isEmpty() ? List.of() : files(marker.get());
  }

  /**
   * Reads every file that the marker names and compares its hash.
   *
   * @throws HydraException naming the first that differs
   */
  public void verify() throws IOException {
    for (StoredFile file : files()) {
      if (!StoredFile.hashed(file(file.name()), file.name()).sha256().equals(file.sha256())) {
        throw broken(file.name() + " has another SHA-256 than it names", null);
      }
    }
  }

  /** Makes finished output unfinished: deletes the marker first, then the files it names. */
  public void retract() throws IOException {
    List<StoredFile> files;
    try {
      files = files();
    } catch (HydraException e) {
      files = List.of(); // a marker that cannot be understood names nothing that could be deleted
    }
    Storage.delete(List.of(file(MARKER)));
    Storage.delete(List.of(file(CommitClaim.NAME)));
    Storage.delete(files.stream().map(stored -> file(stored.name())).toList());
  }

  /** The marker's text for a message and files. */
  static String markerText(Message content, Map<String, StoredFile> files) throws IOException {
    ObjectNode marker = JSON.createObjectNode();
    marker.put("message", content.getDescriptorForType().getFullName());
    marker.set("content", JSON.readTree(JsonFormat.printer().sortingMapKeys().print(content)));
    ObjectNode list = marker.putObject("files");
    for (StoredFile file : files.values()) {
      list.putObject(file.name()).put("bytes", file.bytes()).put("sha256", file.sha256());
    }
    return JSON.writeValueAsString(marker) + "\n";
  }

  private Optional<JsonNode> marker() throws IOException {
    byte[] text;
    try {
      text = Storage.read(file(MARKER), MARKER_LIMIT_BYTES);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    return Optional.of(parse(text));
  }

  private JsonNode parse(byte[] text) {
    try {
      JsonNode marker = JSON.readTree(text);
      if (marker.path("content").isObject() && marker.path("files").isObject()) {
        return marker;
      }
    } catch (IOException e) {
      throw broken("is not JSON", e);
    }
    throw broken("is not a marker", null);
  }

  private List<StoredFile> files(JsonNode marker) {
    List<StoredFile> files = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : marker.path("files").properties()) {
      String name = entry.getKey();
      if (name.startsWith("/") || List.of(name.split("/", -1)).contains("..")) {
        throw broken("names " + name + ", which is outside of the folder", null);
      }
      JsonNode file = entry.getValue();
      files.add(
          new StoredFile(name, file.path("bytes").asLong(-1), file.path("sha256").asText("")));
    }
    return files;
  }

  private void checkLengths(List<StoredFile> files) throws IOException {
    for (StoredFile file : files) {
      Optional<MatchResult.Metadata> found = Storage.find(file(file.name()));
      if (found.isEmpty()) {
        throw broken("names " + file.name() + ", which is missing", null);
      }
      if (found.get().sizeBytes() != file.bytes()) {
        throw broken(
            "says %s has %,d bytes, but it has %,d"
                .formatted(file.name(), file.bytes(), found.get().sizeBytes()),
            null);
      }
    }
  }

  private HydraException broken(String what, @Nullable Throwable cause) {
    return new HydraException(
        HydraException.FAILED,
        "%s %s; make the folder again with --force".formatted(file(MARKER), what),
        cause);
  }
}

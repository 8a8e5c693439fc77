package io.hydrabeam.pipelines.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.io.fs.MatchResult;

/**
 * One attempt's right to finish a folder, in the file {@value #NAME} that only one attempt can
 * create. It says which temporary file gets which name and what the marker will be, so that whoever
 * finds it can finish the commit of an attempt that died in the middle, and no two attempts ever
 * mix their files.
 *
 * @param owner id of the attempt
 * @param temporary path of each file, by its name in the folder
 * @param marker text of the marker, which has the files' lengths and hashes
 */
record CommitClaim(String owner, Map<String, String> temporary, String marker) {
  /** Name of the claim's file; there is one only while a folder is being committed. */
  static final String NAME = ".commit.json";

  private static final int LIMIT_BYTES = 1 << 27;
  private static final ObjectMapper JSON = new ObjectMapper();

  CommitClaim {
    temporary = Map.copyOf(temporary);
  }

  /**
   * Claims a folder.
   *
   * @return the claim that stands: this one, or that of an attempt that was earlier; empty if that
   *     one ended meanwhile
   */
  Optional<CommitClaim> placeIn(ArtifactFolder folder) throws IOException {
    try {
      if (Storage.createIfAbsent(folder.file(NAME), text())) {
        return Optional.of(this);
      }
    } catch (IOException e) {
      // If only the answer was lost, this finds its own claim.
      return Optional.of(find(folder).orElseThrow(() -> e));
    }
    return find(folder);
  }

  /** The claim that stands in a folder. */
  static Optional<CommitClaim> find(ArtifactFolder folder) throws IOException {
    byte[] text;
    try {
      text = Storage.read(folder.file(NAME), LIMIT_BYTES);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    JsonNode json = JSON.readTree(text);
    Map<String, String> temporary = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> file : json.path("temporary").properties()) {
      temporary.put(file.getKey(), file.getValue().asText());
    }
    return Optional.of(
        new CommitClaim(json.path("owner").asText(), temporary, json.path("marker").asText()));
  }

  /**
   * Gives the files their names and writes the marker. May be done by several at once, and again
   * after a part of it was done.
   *
   * @return whether the folder's marker is this claim's; if not, the folder was finished otherwise,
   *     or withdrawn
   */
  boolean finish(ArtifactFolder folder) throws IOException {
    byte[] text = marker.getBytes(StandardCharsets.UTF_8);
    if (folder.isFinished()) { // by another claim, just before this one was placed
      return folder.hasMarker(text);
    }
    for (StoredFile file : folder.files(text)) {
      String from = temporary.get(file.name());
      if (from == null) {
        throw new IOException("%s does not say where %s is".formatted(NAME, file.name()));
      }
      move(from, folder.file(file.name()), file.bytes());
    }
    boolean stands = find(folder).map(claim -> claim.owner().equals(owner)).orElse(false);
    // If it stands no more, others have finished it, and more may have happened since.
    return (stands && placeMarker(folder, text)) || folder.hasMarker(text);
  }

  private static boolean placeMarker(ArtifactFolder folder, byte[] text) throws IOException {
    try {
      return Storage.createIfAbsent(folder.file(ArtifactFolder.MARKER), text);
    } catch (IOException e) {
      if (folder.hasMarker(text)) {
        return true; // only the answer was lost
      }
      throw e;
    }
  }

  private static void move(String from, String to, long bytes) throws IOException {
    try {
      Storage.rename(from, to);
    } catch (IOException e) {
      Optional<MatchResult.Metadata> there = Storage.find(to);
      boolean movedByAnother =
          there.isPresent() && there.get().sizeBytes() == bytes && Storage.find(from).isEmpty();
      if (!movedByAnother) {
        throw e;
      }
    }
  }

  /**
   * Removes what is of no use in a finished folder: all temporary files, whoever made them, and the
   * claim.
   */
  static void sweep(ArtifactFolder folder) throws IOException {
    Storage.delete(
        Storage.list(folder.path(), ArtifactFolder.UNFINISHED + "*").stream()
            .map(file -> file.resourceId().toString())
            .toList());
    Storage.delete(List.of(folder.file(NAME)));
  }

  private byte[] text() throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("owner", owner);
    ObjectNode files = json.putObject("temporary");
    temporary.forEach(files::put);
    json.put("marker", marker);
    return JSON.writeValueAsBytes(json);
  }
}

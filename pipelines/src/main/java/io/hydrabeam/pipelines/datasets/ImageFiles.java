package io.hydrabeam.pipelines.datasets;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.records.ListedKey;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.ImageReference;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.io.fs.MatchResult;

/** The image files of a data set, plain ones and members of zips. */
final class ImageFiles {
  /** Parts a zip's path from its member's name. */
  static final char MEMBER = '@';

  private final String folder;

  /**
   * @param folder that paths are relative to
   */
  ImageFiles(String folder) {
    this.folder = folder;
  }

  /**
   * The images of an index with what is known of their files. An image that is listed twice stays
   * twice.
   *
   * @throws HydraException if a path leads out of the folder, or a zip is missing
   */
  List<ImageReference> describe(List<IndexEntry> entries) throws IOException {
    Map<String, Map<String, MatchResult.Metadata>> folders = new HashMap<>();
    List<ImageReference> references = new ArrayList<>(entries.size());
    for (IndexEntry entry : entries) {
      ImageReference.Builder reference =
          ImageReference.newBuilder()
              .setKey(ListedKey.of(references.size(), entry.path()))
              .setWhere(entry.where());
      for (int label : entry.labels()) {
        reference.addLabel(label);
      }
      String where = folder + "/" + entry.where();
      int at = entry.path().indexOf(MEMBER);
      if (at < 0) {
        ListedText.checkPath(where, entry.path());
        describeFile(entry.path(), folders, reference);
      } else {
        String zip = entry.path().substring(0, at);
        String member = entry.path().substring(at + 1);
        ListedText.checkPath(where, zip);
        ListedText.checkPath(where, member);
        describeMember(where, zip, member, reference);
      }
      references.add(reference.build());
    }
    return references;
  }

  /** Bytes of an image's file. */
  byte[] read(ImageReference reference) throws IOException, BadImageException {
    String path = ListedKey.path(reference.getKey());
    int at = path.indexOf(MEMBER);
    if (at >= 0) {
      return zip(path.substring(0, at)).read(path.substring(at + 1));
    }
    return readFile(Storage.resolve(folder, path), reference);
  }

  /** Bytes of a file that is no member of a zip. */
  static byte[] readFile(String file, ImageReference reference)
      throws IOException, BadImageException {
    if (reference.getSourceBytes() > ImageDecoder.MAX_FILE_BYTES) {
      throw new BadImageException(
          "file of %d bytes is longer than the limit of %d"
              .formatted(reference.getSourceBytes(), ImageDecoder.MAX_FILE_BYTES));
    }
    try {
      return Storage.read(file, ImageDecoder.MAX_FILE_BYTES);
    } catch (FileNotFoundException e) {
      throw new BadImageException("no such file", e);
    }
  }

  private void describeFile(
      String path,
      Map<String, Map<String, MatchResult.Metadata>> folders,
      ImageReference.Builder reference)
      throws IOException {
    String parent = path.substring(0, path.lastIndexOf('/') + 1);
    Map<String, MatchResult.Metadata> files = folders.get(parent);
    if (files == null) {
      files = list(parent);
      folders.put(parent, files);
    }
    MatchResult.Metadata found = files.get(path);
    if (found == null) {
      reference.setProblem("no such file");
    } else {
      reference.setSourceBytes(found.sizeBytes()).setModifiedMillis(found.lastModifiedMillis());
    }
  }

  /** Files of a folder by path, with one request instead of one for each. */
  private Map<String, MatchResult.Metadata> list(String parent) throws IOException {
    String at = Storage.resolve(folder, parent + "x");
    Map<String, MatchResult.Metadata> files = new HashMap<>();
    for (MatchResult.Metadata file : Storage.list(at.substring(0, at.length() - 1), "*")) {
      files.put(parent + file.resourceId().getFilename(), file);
    }
    return files;
  }

  private void describeMember(
      String where, String zip, String name, ImageReference.Builder reference) throws IOException {
    ZipArchive archive;
    try {
      archive = zip(zip);
    } catch (FileNotFoundException e) {
      throw new HydraException(
          HydraException.USAGE,
          "%s: there is no zip %s".formatted(where, Storage.resolve(folder, zip)),
          e);
    }
    Optional<ZipArchive.Member> member = archive.find(name);
    if (member.isEmpty()) {
      reference.setProblem("the zip has no such member");
    } else {
      reference.setSourceBytes(member.get().size()).setCrc(member.get().crc());
      reference.setProblem(member.get().problem());
    }
  }

  private ZipArchive zip(String path) throws IOException {
    try {
      return OpenZips.get(Storage.resolve(folder, path));
    } catch (NoSuchFileException e) {
      FileNotFoundException missing = new FileNotFoundException("no such file");
      missing.initCause(e);
      throw missing;
    }
  }
}

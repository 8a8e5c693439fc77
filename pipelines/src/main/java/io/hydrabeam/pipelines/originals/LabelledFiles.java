package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.datasets.ZipArchive;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.io.fs.MatchResult;

/**
 * A data set of one split, "train", whose images lie in a zip or a folder as {@code
 * <root>/<class>/<file>}: EuroSAT and RESISC45. Keys are {@code <class>_<file>}.
 *
 * @param files the published ones
 * @param name of the zip, or of the folder without the ending .zip
 * @param root folder within the zip
 */
record LabelledFiles(OriginalFiles files, String name, String root) implements PublishedData {
  private static final String ZIP = ".zip";
  private static final String ONLY_SPLIT = "train";

  static LabelledFiles eurosat(OriginalFiles files) {
    return new LabelledFiles(files, "EuroSAT.zip", "2750");
  }

  static LabelledFiles resisc45(OriginalFiles files) {
    return new LabelledFiles(files, "NWPU-RESISC45.zip", "NWPU-RESISC45");
  }

  @Override
  public List<Example> list(String split) throws IOException {
    List<String> paths = paths();
    ClassNames classes = classes(paths);
    return paths.stream()
        .map(path -> new Example(key(path), classes.label(MemberName.folder(path))))
        .toList();
  }

  @Override
  public List<String> classNames() throws IOException {
    return classes(paths()).names();
  }

  private static ClassNames classes(List<String> paths) {
    return ClassNames.of(paths.stream().map(MemberName::folder).toList());
  }

  private List<String> paths() throws IOException {
    List<String> paths = new ArrayList<>();
    each(
        (path, pixels) -> {
          paths.add(path);
          return true;
        });
    return paths;
  }

  @Override
  public void visit(Set<String> splits, Visitor visitor) throws IOException {
    each((path, pixels) -> visitor.visit(ONLY_SPLIT, key(path), pixels));
  }

  private static String key(String path) {
    return path.replace('/', '_');
  }

  /** Is shown an image by class and file. */
  private interface PathVisitor {
    boolean visit(String path, Pixels pixels) throws IOException;
  }

  private void each(PathVisitor visitor) throws IOException {
    if (files.find(name).isPresent()) {
      Zips.read(files, name, zip -> each(zip, visitor));
      return;
    }
    String folder = name.replace(ZIP, "");
    List<MatchResult.Metadata> found = files.list(folder);
    if (found.isEmpty()) {
      throw files.missing(name);
    }
    for (MatchResult.Metadata file : found) {
      String path = file.resourceId().toString();
      String[] parts = path.split("/", -1);
      boolean isImage = path.endsWith(".jpg") && parts[parts.length - 3].equals(folder);
      if (isImage
          && !visitor.visit(
              parts[parts.length - 2] + '/' + parts[parts.length - 1],
              () -> Pixels.encoded(Storage.read(path, ImageDecoder.MAX_FILE_BYTES)))) {
        return;
      }
    }
  }

  private void each(ZipArchive zip, PathVisitor visitor) throws IOException {
    for (String member : Zips.names(zip)) {
      String path = member.startsWith(root + '/') ? member.substring(root.length() + 1) : "";
      boolean isImage = path.endsWith(".jpg") && path.indexOf('/') == path.lastIndexOf('/');
      if (isImage && path.indexOf('/') > 0 && !visitor.visit(path, Zips.image(zip, member))) {
        return;
      }
    }
  }
}

package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.datasets.ListedText;
import io.hydrabeam.pipelines.fewshot.Variant;
import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Task;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.io.fs.MatchResult;

/**
 * The layout in which VTAB-1k is passed around: {@code <root>/<task>/<split>.txt} lists images by
 * path relative to {@code <root>/<task>}. A {@code labels.txt} beside, with a class name per line,
 * names the classes.
 */
final class PreparedFolder implements AddressedSource {
  private static final long serialVersionUID = 1L;

  private final String root;

  PreparedFolder(String root) {
    this.root = root;
  }

  @Override
  public String identity() {
    return "prepared folder, version 1";
  }

  @Override
  public List<ImageReference> references(Task task, Variant variant, String split)
      throws IOException {
    var unused = classNames(task);
    String name = split + ".txt";
    String file = Storage.resolve(root, task.getName() + "/" + name);
    List<ImageList.Entry> entries = ImageList.parse(file, read(file, task), task.getClasses());
    Integer expected = task.getSplitSizeMap().get(split);
    if (expected != null && expected != entries.size()) {
      throw HydraException.usage(
          "%s: lists %d images; the catalog says %d".formatted(file, entries.size(), expected));
    }
    Map<String, MatchResult.Metadata> files = files(task, entries);
    List<ImageReference> references = new ArrayList<>(entries.size());
    for (ImageList.Entry entry : entries) {
      ImageReference.Builder reference =
          ImageReference.newBuilder()
              .setKey(entry.path())
              .addLabel(entry.label())
              .setWhere(name + ":" + entry.line());
      MatchResult.Metadata found = files.get(entry.path());
      if (found == null) {
        reference.setProblem("no such file");
      } else {
        reference.setSourceBytes(found.sizeBytes()).setModifiedMillis(found.lastModifiedMillis());
      }
      references.add(reference.build());
    }
    return references;
  }

  @Override
  public SourceImage read(Task task, String split, ImageReference reference)
      throws IOException, BadImageException {
    if (reference.getSourceBytes() > ImageDecoder.MAX_FILE_BYTES) {
      throw new BadImageException(
          "file of %d bytes is longer than the limit of %d"
              .formatted(reference.getSourceBytes(), ImageDecoder.MAX_FILE_BYTES));
    }
    try {
      byte[] bytes = Storage.read(path(task, reference.getKey()), ImageDecoder.MAX_FILE_BYTES);
      return new SourceImage(ImageDecoder.decode(bytes), reference.getLabelList());
    } catch (FileNotFoundException e) {
      throw new BadImageException("no such file", e);
    }
  }

  private String path(Task task, String relative) {
    return Storage.resolve(root, task.getName() + "/" + relative);
  }

  @Override
  public List<String> classNames(Task task) throws IOException {
    String file = path(task, "labels.txt");
    byte[] bytes;
    try {
      bytes = Storage.read(file, ListedText.LIMIT_BYTES);
    } catch (FileNotFoundException e) {
      return List.of();
    }
    List<String> names = ListedText.classNames(file, bytes);
    if (names.size() != task.getClasses()) {
      throw HydraException.usage(
          "%s: names %d classes; the catalog says %d"
              .formatted(file, names.size(), task.getClasses()));
    }
    return names;
  }

  private byte[] read(String file, Task task) throws IOException {
    try {
      return Storage.read(file, ListedText.LIMIT_BYTES);
    } catch (FileNotFoundException e) {
      throw new HydraException(
          HydraException.USAGE,
          "%s: no such file; --input must hold a folder %s with this list"
              .formatted(file, task.getName()),
          e);
    }
  }

  /** Lengths and times by listed path, with one request per folder instead of one per image. */
  private Map<String, MatchResult.Metadata> files(Task task, List<ImageList.Entry> entries)
      throws IOException {
    Map<String, MatchResult.Metadata> files = new HashMap<>();
    List<String> folders =
        entries.stream()
            .map(entry -> entry.path().substring(0, entry.path().lastIndexOf('/') + 1))
            .distinct()
            .toList();
    for (String folder : folders) {
      String at = Storage.resolve(root, task.getName() + "/" + folder + "x");
      String parent = at.substring(0, at.length() - 1);
      for (MatchResult.Metadata metadata : Storage.list(parent, "*")) {
        files.put(folder + metadata.resourceId().getFilename(), metadata);
      }
    }
    return files;
  }
}

package io.hydrabeam.pipelines.datasets;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.apache.beam.sdk.io.fs.MatchResult;

/**
 * Images in folders named after their classes: {@code <root>/<task>/<train|test>/<class>/}, at any
 * depth below. Classes are numbered in the order of their names, images ordered by path. Files that
 * end neither in .jpg, .jpeg nor .png are not looked at.
 */
public final class FolderTree implements ImagePool {
  private static final long serialVersionUID = 1L;

  private final String root;

  /**
   * @param root folder that holds the tasks' folders
   */
  public FolderTree(String root) {
    this.root = root;
  }

  @Override
  public String identity() {
    return "image folders, version 1";
  }

  @Override
  public void check(List<Task> tasks) throws IOException {
    for (Task task : tasks) {
      if (task.getMultilabel()) {
        throw HydraException.usage(
            "task %s is multilabel, which folders named after classes cannot express"
                .formatted(task.getName()));
      }
    }
  }

  @Override
  public List<ImageReference> images(Task task, String usage) throws IOException {
    List<String> classNames = classNames(task);
    List<ImageReference> references = new ArrayList<>();
    for (Found file : files(task, usage)) {
      int label = classNames.indexOf(file.className);
      if (label < 0) {
        throw HydraException.usage(
            "%s: there is no class folder %s among the training images"
                .formatted(folder(task, usage), file.className));
      }
      references.add(
          ImageReference.newBuilder()
              .setKey(file.path)
              .addLabel(label)
              .setWhere(usage)
              .setSourceBytes(file.metadata.sizeBytes())
              .setModifiedMillis(file.metadata.lastModifiedMillis())
              .build());
    }
    return references;
  }

  @Override
  public RgbImage read(Task task, ImageReference reference) throws IOException, BadImageException {
    String file = Storage.resolve(root, task.getName() + "/" + reference.getKey());
    return ImageDecoder.decode(ImageFiles.readFile(file, reference));
  }

  @Override
  public List<String> classNames(Task task) throws IOException {
    TreeSet<String> names = new TreeSet<>();
    files(task, TRAIN).forEach(file -> names.add(file.className));
    if (names.size() != task.getClasses()) {
      throw HydraException.usage(
          "%s: has images in %d class folders; the catalog says %d"
              .formatted(folder(task, TRAIN), names.size(), task.getClasses()));
    }
    return List.copyOf(names);
  }

  /**
   * An image file.
   *
   * @param path below the task's folder
   */
  private record Found(String path, String className, MatchResult.Metadata metadata) {}

  private List<Found> files(Task task, String usage) throws IOException {
    String folder = folder(task, usage);
    List<Found> found = new ArrayList<>();
    for (MatchResult.Metadata file : Storage.list(folder, "**")) {
      String path = file.resourceId().toString();
      if (!isImage(path)) {
        continue;
      }
      if (!path.startsWith(folder)) {
        throw new IllegalStateException("%s is not below %s".formatted(path, folder));
      }
      String below = path.substring(folder.length());
      int slash = below.indexOf('/');
      if (slash < 0) {
        throw HydraException.usage(
            "%s: the image lies in no class folder; expected %s<class>/<image>"
                .formatted(path, folder));
      }
      found.add(new Found(usage + "/" + below, below.substring(0, slash), file));
    }
    if (found.isEmpty()) {
      throw HydraException.usage(
          "%s: there are no images; expected <class>/<image>.jpg or .png below".formatted(folder));
    }
    return found;
  }

  private static boolean isImage(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    return lower.endsWith(".jpg") || lower.endsWith(".jpeg") || lower.endsWith(".png");
  }

  private String folder(Task task, String usage) {
    String inside = Storage.resolve(root, task.getName() + "/" + usage + "/x");
    return inside.substring(0, inside.length() - 1);
  }
}

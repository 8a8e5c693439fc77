package io.hydrabeam.pipelines.datasets;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.ExifOrientation;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Task;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Data sets as the Python package vision-datasets lays them out, ELEVATER's among them: a registry
 * that names for each data set a folder, its indexes and its class names; images in folders or in
 * zips, which are read in place. An image's EXIF orientation is applied.
 */
public final class VisionDatasets implements ImagePool {
  private static final long serialVersionUID = 1L;
  private static final String DEFAULT_REGISTRY = "vision_datasets.json";
  private static final String MULTILABEL = "classification_multilabel";

  private final String root;
  private final String registryFile;
  private transient @Nullable Registry registry;
  private transient @Nullable Last last;

  /** What an index says. */
  private record Contents(List<ImageReference> images, List<String> classNames) {}

  /** What the indexes of one task say, kept as its splits are formed one after the other. */
  private record Last(String task, Map<String, Contents> byUsage) {}

  /**
   * @param root folder that holds the data sets' folders
   * @param registry its path; null for {@code <root>/vision_datasets.json}
   */
  public VisionDatasets(String root, @Nullable String registry) {
    this.root = root;
    this.registryFile = registry == null ? Storage.resolve(root, DEFAULT_REGISTRY) : registry;
  }

  @Override
  public String identity() {
    return "vision-datasets, version 1";
  }

  @Override
  public void check(List<Task> tasks) throws IOException {
    Registry found = registry();
    List<String> missing = new ArrayList<>();
    List<String> there = new ArrayList<>();
    for (Task task : tasks) {
      (found.names().contains(task.getName()) ? there : missing).add(task.getName());
    }
    if (!missing.isEmpty()) {
      throw HydraException.usage(
          "%s names no data set %s; %s"
              .formatted(
                  found.file(),
                  String.join(", ", missing),
                  there.isEmpty()
                      ? "it has " + names(found)
                      : "for those that are there give --tasks=" + String.join(",", there)));
    }
  }

  private static String names(Registry registry) {
    return registry.names().isEmpty() ? "none" : String.join(", ", registry.names());
  }

  @Override
  public synchronized List<ImageReference> images(Task task, String usage) throws IOException {
    return contents(task, usage).images;
  }

  @Override
  public synchronized List<String> classNames(Task task) throws IOException {
    return contents(task, TRAIN).classNames;
  }

  @Override
  public RgbImage read(Task task, ImageReference reference) throws IOException, BadImageException {
    byte[] file = files(dataSet(task)).read(reference);
    return ExifOrientation.of(file).apply(ImageDecoder.decode(file));
  }

  @Override
  public void open() {
    OpenZips.enter();
  }

  @Override
  public void close() {
    OpenZips.leave();
  }

  private Contents contents(Task task, String usage) throws IOException {
    Last known = last;
    if (known == null || !known.task.equals(task.getName())) {
      known = new Last(task.getName(), new HashMap<>());
      last = known;
    }
    Contents contents = known.byUsage.get(usage);
    if (contents == null) {
      contents = load(task, dataSet(task), usage);
      known.byUsage.put(usage, contents);
    }
    return contents;
  }

  private Contents load(Task task, Registry.DataSet data, String usage) throws IOException {
    checkType(task, data);
    Registry.Usage part = part(data, usage);
    String index = path(data, part.index());
    List<String> classNames;
    List<IndexEntry> entries;
    if (data.coco()) {
      CocoIndex coco = coco(data, part);
      classNames = coco.classNames();
      entries = coco.entries();
      checkClasses(task, index, classNames);
      checkSameClasses(data, usage, index, classNames);
    } else {
      String labels = path(data, data.labelFile());
      classNames = ListedText.classNames(labels, bytes(data, labels));
      checkClasses(task, labels, classNames);
      entries = new TextIndex(index, part.index(), classNames.size()).parse(bytes(data, index));
    }
    checkEntries(task, data, usage, part, index, entries);
    return new Contents(files(data).describe(entries), classNames);
  }

  private Registry.Usage part(Registry.DataSet data, String usage) throws IOException {
    Registry.Usage part = data.usages().get(usage);
    if (part == null) {
      throw HydraException.usage(
          "%s: data set %s has no %s".formatted(registry().file(), data.name(), usage));
    }
    return part;
  }

  private CocoIndex coco(Registry.DataSet data, Registry.Usage part) throws IOException {
    String index = path(data, part.index());
    try (InputStream in = Storage.open(index)) {
      return CocoIndex.parse(index, part.index(), in);
    } catch (FileNotFoundException e) {
      throw missing(data, index, e);
    }
  }

  private void checkType(Task task, Registry.DataSet data) throws IOException {
    boolean multilabel = data.type().equals(MULTILABEL);
    if (!data.type().isEmpty() && multilabel != task.getMultilabel()) {
      throw HydraException.usage(
          "%s: data set %s is of type %s; the catalog says that an image has %s"
              .formatted(
                  registry().file(),
                  data.name(),
                  data.type(),
                  task.getMultilabel() ? "any number of labels" : "one label"));
    }
  }

  private static void checkClasses(Task task, String file, List<String> classNames) {
    if (classNames.size() != task.getClasses()) {
      throw HydraException.usage(
          "%s: names %d classes; the catalog says %d for %s"
              .formatted(file, classNames.size(), task.getClasses(), task.getName()));
    }
  }

  /** A COCO file numbers its classes by itself, so two of them may number them otherwise. */
  private void checkSameClasses(
      Registry.DataSet data, String usage, String index, List<String> classNames)
      throws IOException {
    if (!usage.equals(TRAIN) && !coco(data, part(data, TRAIN)).classNames().equals(classNames)) {
      throw HydraException.usage(
          "%s: its categories, in order of their ids, are not those of the training images"
              .formatted(index));
    }
  }

  private void checkEntries(
      Task task,
      Registry.DataSet data,
      String usage,
      Registry.Usage part,
      String index,
      List<IndexEntry> entries)
      throws IOException {
    if (entries.isEmpty()) {
      throw HydraException.usage(index + ": lists no images");
    }
    long listed = part.images().orElse(entries.size());
    if (listed != entries.size()) {
      throw HydraException.usage(
          "%s: lists %d images; %s says %d for %s of %s"
              .formatted(index, entries.size(), registry().file(), listed, usage, data.name()));
    }
    if (!task.getMultilabel()) {
      for (IndexEntry entry : entries) {
        if (entry.labels().length != 1) {
          throw HydraException.usage(
              "%s: %s has %s; every image of %s has one"
                  .formatted(
                      path(data, entry.where()),
                      ListedText.shown(entry.path()),
                      entry.labels().length == 0 ? "no label" : entry.labels().length + " labels",
                      task.getName()));
        }
      }
    }
  }

  private Registry.DataSet dataSet(Task task) throws IOException {
    return registry()
        .find(task.getName())
        .orElseThrow(
            () -> HydraException.usage("the registry names no data set " + task.getName()));
  }

  private synchronized Registry registry() throws IOException {
    Registry known = registry;
    if (known == null) {
      known = Registry.read(registryFile);
      registry = known;
    }
    return known;
  }

  private ImageFiles files(Registry.DataSet data) {
    return new ImageFiles(data.folder().isEmpty() ? root : Storage.resolve(root, data.folder()));
  }

  private String path(Registry.DataSet data, String file) {
    return Storage.resolve(root, data.folder().isEmpty() ? file : data.folder() + "/" + file);
  }

  private byte[] bytes(Registry.DataSet data, String file) throws IOException {
    try {
      return Storage.read(file, ListedText.LIMIT_BYTES);
    } catch (FileNotFoundException e) {
      throw missing(data, file, e);
    }
  }

  private HydraException missing(Registry.DataSet data, String file, FileNotFoundException e) {
    return new HydraException(
        HydraException.USAGE,
        "%s: no such file; %s names it for %s".formatted(file, registryFile, data.name()),
        e);
  }
}

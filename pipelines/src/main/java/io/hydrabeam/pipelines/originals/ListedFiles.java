package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.RgbImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A tar of images in folders named after their classes, and for each split a text file that lists
 * some of them: Caltech-101 and SUN397.
 *
 * @param files the published ones
 * @param tar with the images
 * @param root folder within the tar; keys and lines are what follows it
 * @param lists file of each split
 * @param decoder of the images
 */
record ListedFiles(OriginalFiles files, String tar, String root, SplitNames lists, Decoder decoder)
    implements PublishedData {
  /** Makes an image of a file's bytes. */
  interface Decoder {
    RgbImage decode(byte[] file) throws BadImageException;
  }

  /**
   * Its official partition depends on the order in which one machine listed a folder, so it cannot
   * be found again: lists are needed.
   */
  static ListedFiles caltech101(OriginalFiles files) {
    return new ListedFiles(
        files,
        "101_ObjectCategories.tar.gz",
        "101_ObjectCategories/",
        new SplitNames(Map.of("train", "caltech101_train.txt", "test", "caltech101_test.txt")),
        file -> Pixels.encoded(file).decode());
  }

  /** Its keys begin with a slash. */
  static ListedFiles sun397(OriginalFiles files) {
    return new ListedFiles(
        files,
        "SUN397.tar.gz",
        "SUN397",
        new SplitNames(
            Map.of(
                "train", "sun397_tfds_tr.txt",
                "validation", "sun397_tfds_va.txt",
                "test", "sun397_tfds_te.txt")),
        SunImage::decode);
  }

  @Override
  public List<Example> list(String split) throws IOException {
    List<String> classes = classNames();
    Map<String, Integer> labels = new TreeMap<>();
    classes.forEach(name -> labels.put(name, labels.size()));
    return lines(lists.of(split)).stream()
        .map(key -> new Example(key, labels.getOrDefault(className(key), -1)))
        .toList();
  }

  @Override
  public List<String> classNames() throws IOException {
    List<String> names = new ArrayList<>();
    for (String list : lists.names().values()) {
      lines(list).forEach(key -> names.add(className(key)));
    }
    return ClassNames.of(names).names();
  }

  private static String className(String key) {
    return MemberName.folder(key).toLowerCase(Locale.ROOT);
  }

  private List<String> lines(String file) throws IOException {
    List<String> lines = new ArrayList<>();
    files.read(
        file,
        in -> {
          SplitLists.lines(Tars.text(in)).forEach(lines::add);
          for (String line : lines) {
            if (line.indexOf('/') < 0) {
              throw new DamagedException("line %s is not <class>/<file>".formatted(line));
            }
          }
        });
    return lines;
  }

  @Override
  public void visit(Set<String> splits, Visitor visitor) throws IOException {
    SplitLists of = SplitLists.of(this, splits);
    Tars.each(
        files,
        tar,
        (name, in) ->
            !name.startsWith(root)
                || of.visit(
                    name.substring(root.length()),
                    () -> {
                      byte[] file = Tars.imageFile(in);
                      return () -> decoder.decode(file);
                    },
                    visitor));
  }
}

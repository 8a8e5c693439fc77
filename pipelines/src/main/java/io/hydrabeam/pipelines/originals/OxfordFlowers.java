package io.hydrabeam.pipelines.originals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The Oxford flowers: images are numbered from 1, as are the classes. */
record OxfordFlowers(OriginalFiles files) implements PublishedData {
  private static final String TAR = "102flowers.tgz";
  private static final String LABELS = "imagelabels.mat";
  private static final String SPLITS = "setid.mat";
  private static final int IMAGES_LIMIT = 1 << 20;

  private static final SplitNames ARRAYS =
      new SplitNames(Map.of("train", "trnid", "validation", "valid", "test", "tstid"));

  @Override
  public List<Example> list(String split) throws IOException {
    int[] labels = numbers(LABELS, "labels");
    List<Example> examples = new ArrayList<>();
    for (int image : numbers(SPLITS, ARRAYS.of(split))) {
      if (image < 1 || image > labels.length) {
        throw OriginalFiles.damaged(
            files.path(SPLITS),
            new DamagedException(
                "image %d is listed; %s has labels of %d".formatted(image, LABELS, labels.length)));
      }
      examples.add(new Example("image_%05d.jpg".formatted(image), labels[image - 1] - 1));
    }
    return examples;
  }

  private int[] numbers(String file, String array) throws IOException {
    List<int[]> found = new ArrayList<>();
    files.read(
        file,
        in ->
            MatFile.each(
                in,
                each -> {
                  if (each.name().equals(array)) {
                    found.add(each.numbers(IMAGES_LIMIT));
                  }
                  return found.isEmpty();
                }));
    if (found.isEmpty()) {
      throw OriginalFiles.damaged(files.path(file), new DamagedException("has no array " + array));
    }
    return found.get(0);
  }

  @Override
  public void visit(Set<String> splits, Visitor visitor) throws IOException {
    SplitLists lists = SplitLists.of(this, splits);
    Tars.each(
        files, TAR, (name, in) -> lists.visit(MemberName.file(name), Tars.image(in), visitor));
  }
}

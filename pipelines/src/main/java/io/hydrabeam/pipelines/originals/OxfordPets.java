package io.hydrabeam.pipelines.originals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The Oxford-IIIT pets. A line of the lists is an image's name, its class from 1, and two numbers
 * more.
 */
record OxfordPets(OriginalFiles files) implements PublishedData {
  private static final String LISTS_TAR = "annotations.tar.gz";
  private static final String IMAGES_TAR = "images.tar.gz";
  private static final String IMAGES = "images/";
  private static final int FIELDS = 4;

  private static final SplitNames LISTS =
      new SplitNames(Map.of("train", "annotations/trainval.txt", "test", "annotations/test.txt"));

  @Override
  public List<Example> list(String split) throws IOException {
    String list = LISTS.of(split);
    String text = Tars.texts(files, LISTS_TAR, Set.of(list)).getOrDefault(list, "");
    List<Example> examples = new ArrayList<>();
    for (String line : SplitLists.lines(text).toList()) {
      String[] fields = line.split("\\s+", -1);
      if (fields.length != FIELDS || !fields[1].matches("\\d{1,4}")) {
        throw OriginalFiles.damaged(
            files.path(LISTS_TAR),
            new DamagedException(
                "%s: line %s is not a name and three numbers".formatted(list, line)));
      }
      examples.add(new Example(fields[0] + ".jpg", Integer.parseInt(fields[1]) - 1));
    }
    return examples;
  }

  @Override
  public void visit(Set<String> splits, Visitor visitor) throws IOException {
    SplitLists lists = SplitLists.of(this, splits);
    Tars.each(
        files,
        IMAGES_TAR,
        (name, in) ->
            !name.startsWith(IMAGES)
                || lists.visit(name.substring(IMAGES.length()), Tars.image(in), visitor));
  }
}

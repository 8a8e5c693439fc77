package io.hydrabeam.pipelines.originals;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The Describable Textures Dataset, first of its ten partitions. */
record Dtd(OriginalFiles files) implements PublishedData {
  private static final String TAR = "dtd-r1.0.1.tar.gz";
  private static final String IMAGES = "dtd/images/";

  private static final SplitNames LISTS =
      new SplitNames(
          Map.of(
              "train", "dtd/labels/train1.txt",
              "validation", "dtd/labels/val1.txt",
              "test", "dtd/labels/test1.txt"));

  @Override
  public List<Example> list(String split) throws IOException {
    return list(Set.of(split)).getOrDefault(split, List.of());
  }

  @Override
  public Map<String, List<Example>> list(Set<String> splits) throws IOException {
    Map<String, String> lists = lists();
    ClassNames classes = classes(lists);
    Map<String, List<Example>> examples = new TreeMap<>();
    for (String split : splits) {
      examples.put(
          split,
          SplitLists.lines(lists.getOrDefault(LISTS.of(split), ""))
              .map(key -> new Example(key, classes.label(MemberName.folder(key))))
              .toList());
    }
    return examples;
  }

  @Override
  public List<String> classNames() throws IOException {
    return classes(lists()).names();
  }

  private Map<String, String> lists() throws IOException {
    return Tars.texts(files, TAR, Set.copyOf(LISTS.names().values()));
  }

  private static ClassNames classes(Map<String, String> lists) {
    return ClassNames.of(
        lists.values().stream().flatMap(SplitLists::lines).map(MemberName::folder).toList());
  }

  @Override
  public void visit(Set<String> splits, Visitor visitor) throws IOException {
    SplitLists lists = SplitLists.of(this, splits);
    Tars.each(
        files,
        TAR,
        (name, in) ->
            !name.startsWith(IMAGES)
                || lists.visit(name.substring(IMAGES.length()), Tars.image(in), visitor));
  }
}

package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.common.HydraException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A task's images in the official order, so that anyone can publish or compare them: a line for
 * each with task, split, key and label, parted by tabs.
 *
 * @param task its name
 * @param bySplit "key TAB label" of the images
 */
record SampleList(String task, Map<String, List<String>> bySplit) {
  static final String FILE = "sample_list.tsv";
  private static final String TAB = "\t";
  private static final int FIELDS = 4;

  SampleList {
    bySplit = new LinkedHashMap<>(bySplit);
  }

  /** The contents of the file. */
  byte[] write() {
    StringBuilder lines = new StringBuilder();
    bySplit.forEach(
        (split, images) ->
            images.forEach(
                image -> lines.append(String.join(TAB, task, split, image)).append('\n')));
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a published list.
   *
   * @param file for messages
   * @return a list for each task that it names
   * @throws HydraException usage, naming the line that is none
   */
  static List<SampleList> read(String file, byte[] bytes) {
    Map<String, Map<String, List<String>>> tasks = new LinkedHashMap<>();
    List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String[] fields = lines.get(i).split(TAB, -1);
      if (fields.length == 1 && fields[0].isBlank()) {
        continue;
      }
      if (fields.length != FIELDS || !fields[FIELDS - 1].matches("\\d{1,9}")) {
        throw HydraException.usage(
            "%s:%d: expected task, split, key and label, parted by tabs; found %d fields"
                .formatted(file, i + 1, fields.length));
      }
      tasks
          .computeIfAbsent(fields[0], task -> new LinkedHashMap<>())
          .computeIfAbsent(fields[1], split -> new ArrayList<>())
          .add(fields[2] + TAB + fields[3]);
    }
    return tasks.entrySet().stream()
        .map(task -> new SampleList(task.getKey(), task.getValue()))
        .toList();
  }

  /**
   * Compares a published list with this one.
   *
   * @param file for messages
   * @return what is worth a note, without line breaks
   * @throws HydraException usage, naming the first image that only one of them has
   */
  List<String> compare(String file, SampleList published) {
    List<String> notes = new ArrayList<>();
    published.bySplit.forEach(
        (split, images) -> {
          List<String> own = bySplit.getOrDefault(split, List.of());
          missing(file, split, images, own, "names %s, which this data set's %s does not have");
          missing(file, split, own, images, "lacks %s, which this data set's %s has");
          notes.add(
              "%s: %s has the same %,d images%s"
                  .formatted(
                      split,
                      file,
                      own.size(),
                      own.equals(images) ? " in the same order" : " in another order"));
        });
    return notes;
  }

  private void missing(
      String file, String split, List<String> some, List<String> others, String text) {
    HashSet<String> left = new HashSet<>(others);
    List<String> only = some.stream().filter(image -> !left.contains(image)).toList();
    if (!only.isEmpty() || some.size() > others.size()) {
      String first = only.isEmpty() ? "an image twice" : only.get(0).replace(TAB, " with label ");
      throw HydraException.usage(
          "%s: task %s, split %s: ".formatted(file, task, split)
              + text.formatted(first, split)
              + (only.size() > 1 ? " (and %d more)".formatted(only.size() - 1) : ""));
    }
  }
}

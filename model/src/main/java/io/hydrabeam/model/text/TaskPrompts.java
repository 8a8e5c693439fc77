package io.hydrabeam.model.text;

import java.util.List;

/**
 * What a task's classes are called, and the phrases that their names are put into.
 *
 * @param classes names in the order of the labels
 * @param templates each with {@value #PLACE} where the name goes
 */
public record TaskPrompts(List<String> classes, List<String> templates) {

  /** Where a class's name goes in a template. */
  public static final String PLACE = "{}";

  private static final String GENERIC = "a picture of " + PLACE + ".";

  public TaskPrompts {
    classes = List.copyOf(classes);
    templates = List.copyOf(templates);
    if (classes.isEmpty() || templates.isEmpty()) {
      throw new IllegalArgumentException("prompts need at least one class and one template");
    }
    for (String template : templates) {
      if (!template.contains(PLACE)) {
        throw new IllegalArgumentException(
            "the template \"%s\" has no %s for the name".formatted(template, PLACE));
      }
    }
  }

  /** One plain phrase for all classes, for tasks that nobody wrote prompts for. */
  public static TaskPrompts generic(List<String> classes) {
    return new TaskPrompts(classes, List.of(GENERIC));
  }

  /** A class's name in a template, both counted from 0. */
  String prompt(int label, int template) {
    return templates.get(template).replace(PLACE, classes.get(label));
  }
}

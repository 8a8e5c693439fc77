package io.hydrabeam.model.text;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptFileTest {

  @TempDir Path folder;

  @Test
  void forTask_givesNamesAndTemplates_theFirstOfSeveralNames() throws IOException {
    PromptFile prompts =
        PromptFile.read(
            write(
                """
                {"pets": {"classes": ["cat", ["dog", "hound"]], "templates": ["a {}.", "{}, {}"]},
                 "other": {"templates": ["{}"], "classes": ["x"]}}
                """));

    assertThat(prompts.forTask("pets", 2))
        .isEqualTo(new TaskPrompts(List.of("cat", "dog"), List.of("a {}.", "{}, {}")));
    assertThat(prompts.forTask("pets", 2).prompt(1, 0)).isEqualTo("a dog.");
    assertThat(prompts.forTask("pets", 2).prompt(0, 1)).isEqualTo("cat, cat");
  }

  @Test
  void forTask_withoutPromptsOrWithOtherClasses_saysSo() throws IOException {
    PromptFile prompts =
        PromptFile.read(write("{\"b\": {\"classes\": [\"x\"], \"templates\": [\"{}\"]}}"));

    assertThat(assertThrows(TextFileException.class, () -> prompts.forTask("a", 1)).getMessage())
        .endsWith("prompts.json: has no prompts for task a; it has b");
    assertThat(assertThrows(TextFileException.class, () -> prompts.forTask("b", 2)).getMessage())
        .endsWith("prompts.json: task b has 1 class names, but 2 classes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'t': {'classes': ['x'],\\n 'templates' ['{}']}}"
            + "|is not valid JSON at line 2, column 14: ",
        "{'t': {'classes': ['x'], 'templates': ['{}']}} {}|is not valid JSON at line 1, column ",
        "{'t': {}, 't': {}}|is not valid JSON at line 1, column ",
        "{'t': {'classes': ['x'|is not valid JSON at line 1, column 23: Unexpected end-of-input: "
            + "expected close marker for Array (start marker at [line: 1, column: 19]",
        "[]|is not a JSON object of tasks",
        "{'t': 7}|t.classes is missing, expected a list of strings",
        "{'t': {'classes': []}}|t.classes is [], expected a list of strings",
        "{'t': {'classes': ['x', 7]}}|t.classes[1] is 7, expected a string",
        "{'t': {'classes': [[]]}}|t.classes[0] is [], expected a string",
        "{'t': {'classes': ['x'], 'templates': [['{}']]}}"
            + "|t.templates[0] is [\"{}\"], expected a string",
        "{'t': {'classes': ['x'], 'templates': ['a x']}}"
            + "|task t: the template \"a x\" has no {} for the name",
        "{'t': {'names': ['x']}}|unknown field t.names",
      })
  void read_ofAnythingElse_saysWhatAndWhere(String json, String problem) throws IOException {
    Path file = write(json.replace('\'', '"').replace("\\n", "\n"));
    String message =
        assertThrows(TextFileException.class, () -> PromptFile.read(file)).getMessage();
    assertThat(message).startsWith(file + ": " + problem);
    assertThat(message.lines().count()).isEqualTo(1);
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("prompts.json"), text);
  }
}

package io.hydrabeam.pipelines.report;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.Task;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class PublishedTableTest {

  @Test
  void rows_haveTheTasksOfTheCatalog() {
    for (String benchmark : List.of(Catalogs.VTAB1K, Catalogs.ELEVATER, Catalogs.GLUE)) {
      Catalog catalog = Catalogs.load(benchmark);
      Set<String> tasks =
          catalog.getTaskList().stream().map(Task::getName).collect(Collectors.toSet());
      PublishedTable table = PublishedTable.of(benchmark).orElseThrow();
      assertThat(table.cautions()).isNotEmpty();
      for (PublishedTable.Row row : table.rows()) {
        assertWithMessage(row.method()).that(row.scores().keySet()).isEqualTo(tasks);
      }
    }
  }

  @Test
  void mean_vtab_isThatOfTheGroupMeans() {
    // The paper's own row averages 76.48; the plain mean of its 19 tasks would be 74.21.
    PublishedTable.Row hydra =
        PublishedTable.of(Catalogs.VTAB1K).orElseThrow().hydra().orElseThrow();
    List<Task> tasks = Catalogs.load(Catalogs.VTAB1K).getTaskList();
    assertThat(hydra.groupMeans(tasks)).hasSize(3);
    assertThat(hydra.mean(tasks).getAsDouble()).isWithin(0.005).of(76.48);
    assertThat(hydra.printedMean()).isEqualTo(76.5);
  }

  @Test
  void mean_glue_isThePlainMeanOfEightTasks_asPrinted() {
    List<Task> tasks = Catalogs.load(Catalogs.GLUE).getTaskList();
    PublishedTable table = PublishedTable.of(Catalogs.GLUE).orElseThrow();
    assertThat(table.hydra().orElseThrow().mean(tasks).getAsDouble()).isWithin(1e-9).of(87.85);
    for (PublishedTable.Row row : table.rows()) {
      assertWithMessage(row.method())
          .that(row.mean(tasks).getAsDouble())
          .isWithin(0.0501)
          .of(row.printedMean());
    }
  }

  @Test
  void mean_taskThatWasNotPublished_isEmpty() {
    PublishedTable.Row hydra =
        PublishedTable.of(Catalogs.VTAB1K).orElseThrow().hydra().orElseThrow();
    assertThat(hydra.mean(List.of(Task.newBuilder().setName("mine").build())).isEmpty()).isTrue();
  }

  @Test
  void of_otherBenchmark_isEmpty() {
    assertThat(PublishedTable.of("sample")).isEmpty();
    assertThat(PublishedTable.of("../published/vtab1k")).isEmpty();
  }
}

package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydrabeam.model.train.EpochRecord;
import io.hydrabeam.pipelines.records.TfRecordReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.Event;

class TrainingLogTest {
  private static final List<EpochRecord> HISTORY =
      List.of(
          new EpochRecord(0, 1e-6, 2.5, OptionalDouble.empty(), 3),
          new EpochRecord(1, 1e-3, 2, OptionalDouble.of(0.25), 4));

  @Test
  void writeHistory_epochs_areALineEach() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TrainingLog.writeHistory(out, HISTORY, "test");
    assertThat(out.toString(UTF_8))
        .isEqualTo(
            """
            {"epoch":0,"learningRate":1.0E-6,"loss":2.5,"seconds":3.0}
            {"epoch":1,"learningRate":0.001,"loss":2.0,"seconds":4.0,"split":"test","accuracy":0.25}
            """);
  }

  @Test
  void writeEvents_epochs_areScalarsThatTensorBoardReads() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TrainingLog.writeEvents(out, HISTORY, "test", 1000);
    List<Event> events = new ArrayList<>();
    try (TfRecordReader reader =
        new TfRecordReader(new ByteArrayInputStream(out.toByteArray()), "events", 1 << 16, 0)) {
      for (byte[] record; (record = reader.next()) != null; ) {
        events.add(Event.parseFrom(record));
      }
    }
    assertThat(events).hasSize(3);
    assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
    assertThat(events.get(0).getWallTime()).isEqualTo(993.0);
    assertThat(events.get(2).getWallTime()).isEqualTo(1000.0);
    assertThat(events.get(2).getStep()).isEqualTo(1);
    assertThat(events.get(2).getSummary().getValueList().stream().map(v -> v.getTag()))
        .containsExactly("train/loss", "train/learning_rate", "test/accuracy")
        .inOrder();
    assertThat(events.get(2).getSummary().getValue(2).getSimpleValue()).isEqualTo(0.25f);
  }
}

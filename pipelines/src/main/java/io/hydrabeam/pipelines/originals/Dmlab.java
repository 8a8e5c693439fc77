package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.records.BadRecordException;
import io.hydrabeam.pipelines.records.ExampleFields;
import io.hydrabeam.pipelines.records.TfRecordReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** DMLab: a tar of TFRecords with the features image (a JPEG file), filename and label. */
record Dmlab(OriginalFiles files) implements PublishedData {
  private static final String TAR = "dmlab.tar.gz";
  private static final int RECORD_LIMIT_BYTES = 1 << 26;

  @Override
  public List<Example> list(String split) throws IOException {
    return list(Set.of(split)).getOrDefault(split, List.of());
  }

  @Override
  public Map<String, List<Example>> list(Set<String> splits) throws IOException {
    Map<String, List<Example>> examples = new TreeMap<>();
    splits.forEach(split -> examples.put(split, new ArrayList<>()));
    each(
        splits,
        (split, record) -> {
          examples
              .getOrDefault(split, List.of())
              .add(new Example(record.text("filename"), record.integer("label")));
          return true;
        });
    return examples;
  }

  @Override
  public void visit(Set<String> splits, Visitor visitor) throws IOException {
    each(
        splits,
        (split, record) ->
            visitor.visit(
                split,
                record.text("filename"),
                () -> Pixels.encoded(record.bytes("image").toByteArray())));
  }

  /** Is shown a record. */
  private interface RecordVisitor {
    boolean visit(String split, ExampleFields record) throws IOException;
  }

  private void each(Set<String> splits, RecordVisitor visitor) throws IOException {
    Tars.each(
        files,
        TAR,
        (name, in) -> {
          for (String split : splits) {
            if (MemberName.file(name).startsWith("dmlab-%s.tfrecord".formatted(split))) {
              return each(split, name, in, visitor);
            }
          }
          return true;
        });
  }

  private static boolean each(String split, String name, InputStream in, RecordVisitor visitor)
      throws IOException {
    TfRecordReader reader = new TfRecordReader(in, name, RECORD_LIMIT_BYTES, 0);
    try {
      for (byte[] record; (record = reader.next()) != null; ) {
        if (!visitor.visit(split, ExampleFields.parse(record))) {
          return false;
        }
      }
      return true;
    } catch (BadRecordException e) {
      throw new DamagedException("%s: %s".formatted(name, e.getMessage()));
    }
  }
}

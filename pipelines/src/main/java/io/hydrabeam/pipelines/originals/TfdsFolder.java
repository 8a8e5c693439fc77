package io.hydrabeam.pipelines.originals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.records.BadRecordException;
import io.hydrabeam.pipelines.records.ExampleFields;
import io.hydrabeam.pipelines.records.TfRecordReader;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A data set as TensorFlow Datasets has prepared it: {@code
 * <input>/<dataset>[/<configuration>]/<version>/} with TFRecords, features.json and
 * dataset_info.json. Its images stand in the official order already; keys are places in it.
 *
 * @param folder of the version, ends with a slash
 * @param name of the data set, without configuration
 * @param fields what an example's label and pixels are
 */
public record TfdsFolder(String folder, String name, TfdsFields fields) implements PublishedData {
  private static final String INFO = "dataset_info.json";
  private static final String FEATURES = "features.json";
  private static final String CLASS_NAMES = "label.labels.txt";
  private static final int INFO_LIMIT_BYTES = 1 << 26;
  private static final int RECORD_LIMIT_BYTES = 1 << 28;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The newest version that is there.
   *
   * @param dataset with its configuration: "eurosat/rgb"
   * @param version that is wanted: "3.*"
   * @return the folder, with a slash; empty if there is none
   */
  public static Optional<String> find(String root, String dataset, String version)
      throws IOException {
    String prefix = version.replace("*", "");
    String inside = Storage.resolve(root, dataset + "/x");
    String parent = inside.substring(0, inside.length() - 1);
    return Storage.list(parent, "*/" + INFO).stream()
        .map(file -> file.resourceId().getCurrentDirectory().toString())
        .filter(
            folder -> {
              String own = folder.substring(0, folder.length() - 1);
              String number = own.substring(own.lastIndexOf('/') + 1);
              return number.startsWith(prefix) && number.matches("\\d+\\.\\d+\\.\\d+");
            })
        .max(Comparator.comparing(TfdsFolder::order));
  }

  private static String order(String folder) {
    String own = folder.substring(0, folder.length() - 1);
    StringBuilder order = new StringBuilder();
    for (String part : own.substring(own.lastIndexOf('/') + 1).split("\\.", -1)) {
      order.append("%8s.".formatted(part));
    }
    return order.toString();
  }

  @Override
  public List<Example> list(String split) throws IOException {
    List<Example> examples = new ArrayList<>();
    each(
        split,
        (position, record) -> {
          examples.add(new Example(Integer.toString(position), fields.label(record)));
          return true;
        });
    return examples;
  }

  @Override
  public List<String> classNames() throws IOException {
    try {
      byte[] names = Storage.read(folder + CLASS_NAMES, INFO_LIMIT_BYTES);
      return SplitLists.lines(new String(names, StandardCharsets.UTF_8)).toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  @Override
  public OfficialOrder order(String split, List<Example> examples) {
    return new OfficialOrder(IntStream.range(0, examples.size()).boxed().toList());
  }

  @Override
  public void visit(Set<String> splits, Visitor visitor) throws IOException {
    for (String split : splits) {
      each(
          split,
          (position, record) ->
              visitor.visit(split, Integer.toString(position), () -> fields.pixels(record)));
    }
  }

  /** Is shown a record. */
  private interface RecordVisitor {
    boolean visit(int position, ExampleFields record) throws IOException;
  }

  private void each(String split, RecordVisitor visitor) throws IOException {
    List<Long> lengths = shardLengths(split);
    int position = 0;
    for (int shard = 0; shard < lengths.size(); shard++) {
      String file =
          folder + "%s-%s.tfrecord-%05d-of-%05d".formatted(name, split, shard, lengths.size());
      int before = position;
      try (TfRecordReader reader =
          new TfRecordReader(Storage.open(file), file, RECORD_LIMIT_BYTES, 0)) {
        for (byte[] record; (record = reader.next()) != null; position++) {
          if (!visitor.visit(position, ExampleFields.parse(record))) {
            return;
          }
        }
      } catch (FileNotFoundException e) {
        throw HydraException.usage(
            "%s: no such file; %s says that %s has %d shards: the folder is not whole"
                .formatted(file, INFO, split, lengths.size()));
      } catch (BadRecordException e) {
        String message = String.valueOf(e.getMessage());
        String where = message.startsWith(file) ? "" : file + ": ";
        throw HydraException.failed(
            "%s%s (image %d of the split)".formatted(where, message, position));
      }
      if (position - before != lengths.get(shard)) {
        throw HydraException.usage(
            "%s: has %,d records; %s says %,d"
                .formatted(file, position - before, INFO, lengths.get(shard)));
      }
    }
  }

  /** Records of each shard of a split. */
  private List<Long> shardLengths(String split) throws IOException {
    JsonNode info = read(INFO);
    if (Storage.find(folder + FEATURES).isEmpty()) {
      throw HydraException.usage(
          "%s%s: no such file; the folder is not whole".formatted(folder, FEATURES));
    }
    String format = info.path("fileFormat").asText("tfrecord");
    if (!format.equals("tfrecord")) {
      throw HydraException.usage(
          "%s%s: its examples are stored as %s; tfrecord can be read"
              .formatted(folder, INFO, format));
    }
    for (JsonNode each : info.path("splits")) {
      if (each.path("name").asText().equals(split)) {
        List<Long> lengths = new ArrayList<>();
        each.path("shardLengths").forEach(length -> lengths.add(length.asLong(-1)));
        if (!lengths.isEmpty()) {
          return lengths;
        }
      }
    }
    throw HydraException.usage(
        "%s%s: tells no shardLengths of a split %s".formatted(folder, INFO, split));
  }

  private JsonNode read(String file) throws IOException {
    try {
      return JSON.readTree(Storage.read(folder + file, INFO_LIMIT_BYTES));
    } catch (FileNotFoundException e) {
      throw HydraException.usage(
          "%s%s: no such file; the folder is not whole".formatted(folder, file));
    } catch (JsonProcessingException e) {
      throw HydraException.usage(
          "%s%s: is no JSON: %s"
              .formatted(folder, file, e.getOriginalMessage().replaceAll("\\s+", " ")));
    }
  }
}

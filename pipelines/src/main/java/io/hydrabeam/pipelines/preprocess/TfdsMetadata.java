package io.hydrabeam.pipelines.preprocess;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.SplitInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The two files by which TensorFlow Datasets (4.9) opens a folder of TFRecords with {@code
 * tfds.builder_from_directory}. It refuses fields that it does not know, so what is ours stands in
 * the marker and, as text, in the description.
 */
final class TfdsMetadata {
  static final String INFO_FILE = "dataset_info.json";
  static final String FEATURES_FILE = "features.json";

  private static final String FEATURES = "tensorflow_datasets.core.features.";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private TfdsMetadata() {}

  static byte[] info(DatasetInfo info) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("name", info.getTask().getName());
    root.put("version", info.getTask().getVersion() + ".0.0");
    root.put("description", description(info));
    root.put("fileFormat", "tfrecord");
    ArrayNode splits = root.putArray("splits");
    for (SplitInfo split : info.getSplitList()) {
      ObjectNode node = splits.addObject();
      node.put("name", split.getName());
      node.put("filepathTemplate", "{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}");
      node.put("numBytes", Long.toString(split.getBytes()));
      ArrayNode lengths = node.putArray("shardLengths");
      split.getShardLengthList().forEach(length -> lengths.add(Long.toString(length)));
    }
    return text(root);
  }

  private static String description(DatasetInfo info) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s of %s, %d classes, %dx%d RGB (%s), stored as %s.%n"
            .formatted(
                info.getTask().getName(),
                info.getBenchmark(),
                info.getTask().getClasses(),
                info.getImageOptions().getImageSize(),
                info.getImageOptions().getImageSize(),
                info.getImageOptions().getResize(),
                info.getImageFormat()));
    text.append(
        "Data hash %s, source hash %s.%n".formatted(info.getDataHash(), info.getSourceHash()));
    for (SplitInfo split : info.getSplitList()) {
      text.append(
          "%s: %d images, per class %s, content hash %s.%n"
              .formatted(
                  split.getName(),
                  split.getImages(),
                  split.getClassCountList(),
                  split.getContentHash()));
    }
    return text.toString().replace("\r\n", "\n");
  }

  /**
   * @param allPng whether every record holds a PNG; then TFDS decodes the images itself
   */
  static byte[] features(DatasetInfo info, boolean allPng) throws IOException {
    ObjectNode image = JSON.createObjectNode();
    if (allPng) {
      png(image, "encoded");
    } else {
      text(image, "encoded");
    }
    text(image, "format");
    integer(image, "height");
    integer(image, "width");
    text(image, "key");
    ObjectNode label = image.putObject("label");
    if (info.getTask().getMultilabel()) {
      label.put("pythonClassName", FEATURES + "sequence_feature.Sequence");
      ObjectNode sequence = label.putObject("sequence");
      sequence.put("length", "-1");
      label = sequence.putObject("feature");
    }
    label.put("pythonClassName", FEATURES + "class_label_feature.ClassLabel");
    label.putObject("classLabel").put("numClasses", Integer.toString(info.getTask().getClasses()));

    ObjectNode root = JSON.createObjectNode();
    ObjectNode nested = JSON.createObjectNode();
    dictionary(nested, image);
    ObjectNode top = JSON.createObjectNode();
    top.set("image", nested);
    dictionary(root, top);
    return text(root);
  }

  private static void dictionary(ObjectNode node, ObjectNode features) {
    node.put("pythonClassName", FEATURES + "features_dict.FeaturesDict");
    node.putObject("featuresDict").set("features", features);
  }

  private static void png(ObjectNode features, String name) {
    ObjectNode node = features.putObject(name);
    node.put("pythonClassName", FEATURES + "image_feature.Image");
    ObjectNode image = node.putObject("image");
    image.putObject("shape").putArray("dimensions").add("-1").add("-1").add("3");
    image.put("dtype", "uint8").put("encodingFormat", "png");
  }

  private static void text(ObjectNode features, String name) {
    ObjectNode node = features.putObject(name);
    node.put("pythonClassName", FEATURES + "text_feature.Text");
    node.putObject("text");
  }

  private static void integer(ObjectNode features, String name) {
    ObjectNode node = features.putObject(name);
    node.put("pythonClassName", FEATURES + "scalar.Scalar");
    ObjectNode tensor = node.putObject("tensor");
    tensor.putObject("shape");
    tensor.put("dtype", "int64").put("encoding", "none");
  }

  private static byte[] text(ObjectNode root) throws IOException {
    return (JSON.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}

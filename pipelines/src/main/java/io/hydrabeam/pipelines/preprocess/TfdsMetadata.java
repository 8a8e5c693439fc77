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
        "%s of %s, %d classes, %s.%n"
            .formatted(
                info.getTask().getName(),
                info.getBenchmark(),
                info.getTask().getClasses(),
                info.getImageOptions().hasText() ? tokens(info) : pixels(info)));
    text.append(
        "Data hash %s, source hash %s.%n".formatted(info.getDataHash(), info.getSourceHash()));
    for (SplitInfo split : info.getSplitList()) {
      text.append(
          "%s: %d %s, per class %s, content hash %s.%n"
              .formatted(
                  split.getName(),
                  split.getImages(),
                  info.getImageOptions().hasText() ? "texts" : "images",
                  split.getClassCountList(),
                  split.getContentHash()));
    }
    return text.toString().replace("\r\n", "\n");
  }

  private static String pixels(DatasetInfo info) {
    return "%dx%d RGB (%s), stored as %s"
        .formatted(
            info.getImageOptions().getImageSize(),
            info.getImageOptions().getImageSize(),
            info.getImageOptions().getResize(),
            info.getImageFormat());
  }

  private static String tokens(DatasetInfo info) {
    return "up to %d tokens of a vocabulary of %d (%s)"
        .formatted(
            info.getImageOptions().getText().getTokens(),
            info.getImageOptions().getText().getVocabularySize(),
            info.getImageOptions().getText().getVocabularyHash());
  }

  /**
   * @param allPng whether every record holds a PNG; then TFDS decodes the images itself
   */
  static byte[] features(DatasetInfo info, boolean allPng) throws IOException {
    boolean isText = info.getImageOptions().hasText();
    ObjectNode nested = JSON.createObjectNode();
    dictionary(nested, isText ? ofText(info) : ofImage(info, allPng));
    ObjectNode top = JSON.createObjectNode();
    top.set(isText ? "text" : "image", nested);
    ObjectNode root = JSON.createObjectNode();
    dictionary(root, top);
    return text(root);
  }

  private static ObjectNode ofImage(DatasetInfo info, boolean allPng) {
    ObjectNode image = JSON.createObjectNode();
    if (allPng) {
      png(image, "encoded");
    } else {
      text(image, "encoded");
    }
    text(image, "format");
    scalar(image.putObject("height"), "int64");
    scalar(image.putObject("width"), "int64");
    text(image, "key");
    ObjectNode label = image.putObject("label");
    classLabel(info.getTask().getMultilabel() ? sequence(label) : label, info);
    return image;
  }

  private static ObjectNode ofText(DatasetInfo info) {
    ObjectNode text = JSON.createObjectNode();
    scalar(sequence(text.putObject("ids")), "int64");
    text(text, "key");
    classLabel(text.putObject("label"), info);
    scalar(text.putObject("number"), "float32");
    text(text, "first");
    text(text, "second");
    return text;
  }

  private static void classLabel(ObjectNode node, DatasetInfo info) {
    node.put("pythonClassName", FEATURES + "class_label_feature.ClassLabel");
    node.putObject("classLabel").put("numClasses", Integer.toString(info.getTask().getClasses()));
  }

  /** Makes a node a list of any length. Returns that of its elements. */
  private static ObjectNode sequence(ObjectNode node) {
    node.put("pythonClassName", FEATURES + "sequence_feature.Sequence");
    ObjectNode sequence = node.putObject("sequence");
    sequence.put("length", "-1");
    return sequence.putObject("feature");
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

  private static void scalar(ObjectNode node, String type) {
    node.put("pythonClassName", FEATURES + "scalar.Scalar");
    ObjectNode tensor = node.putObject("tensor");
    tensor.putObject("shape");
    tensor.put("dtype", type).put("encoding", "none");
  }

  private static byte[] text(ObjectNode root) throws IOException {
    return (JSON.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}

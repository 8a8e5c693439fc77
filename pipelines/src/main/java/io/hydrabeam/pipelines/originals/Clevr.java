package io.hydrabeam.pipelines.originals;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * CLEVR: images, and for each split a JSON file with the objects of its scenes.
 *
 * @param files the published ones
 * @param label what a scene's depths, one for each object, are labelled with
 */
record Clevr(OriginalFiles files, ToIntFunction<double[]> label) implements PublishedData {
  private static final String ZIP = "CLEVR_v1.0.zip";
  private static final String ROOT = "CLEVR_v1.0/";
  private static final int DEPTH = 2;

  /** What the files call the splits. */
  private static final SplitNames FILE_NAMES =
      new SplitNames(Map.of("train", "train", "validation", "val"));

  static Clevr count(OriginalFiles files) {
    return new Clevr(files, depths -> DerivedLabels.clevrCount(depths.length));
  }

  static Clevr distance(OriginalFiles files) {
    return new Clevr(files, DerivedLabels::clevrDistance);
  }

  @Override
  public List<Example> list(String split) throws IOException {
    List<Example> examples = new ArrayList<>();
    String scenes = ROOT + "scenes/CLEVR_%s_scenes.json".formatted(FILE_NAMES.of(split));
    Zips.read(files, ZIP, zip -> Zips.stream(zip, scenes, in -> readScenes(scenes, in, examples)));
    return examples;
  }

  /** One scene in memory at a time: the file has hundreds of megabytes. */
  private void readScenes(String name, InputStream in, List<Example> examples) throws IOException {
    try (JsonParser parser = new ObjectMapper().createParser(in)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.START_ARRAY
            && "scenes".equals(parser.currentName())) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            examples.add(example(name, parser.readValueAsTree(), examples.size()));
          }
          return;
        }
      }
    } catch (JsonProcessingException e) {
      throw new DamagedException(
          "%s is no JSON: %s".formatted(name, e.getOriginalMessage().replaceAll("\\s+", " ")));
    }
    throw new DamagedException("%s has no list of scenes".formatted(name));
  }

  private Example example(String name, JsonNode scene, int position) throws IOException {
    String file = scene.path("image_filename").asText();
    JsonNode objects = scene.path("objects");
    double[] depths = new double[objects.size()];
    for (int i = 0; i < depths.length; i++) {
      JsonNode depth = objects.path(i).path("pixel_coords").path(DEPTH);
      if (!depth.isNumber()) {
        throw new DamagedException(
            "%s: scene %d has an object without depth".formatted(name, position));
      }
      depths[i] = depth.floatValue(); // as TensorFlow Datasets stores it
    }
    if (file.isEmpty() || depths.length == 0) {
      throw new DamagedException(
          "%s: scene %d has no image_filename or no objects".formatted(name, position));
    }
    return new Example(file, label.applyAsInt(depths));
  }

  @Override
  public void visit(Set<String> splits, Visitor visitor) throws IOException {
    Zips.read(
        files,
        ZIP,
        zip -> {
          List<String> names = Zips.names(zip);
          for (String split : splits) {
            String folder = ROOT + "images/%s/".formatted(FILE_NAMES.of(split));
            for (String name : names) {
              if (name.startsWith(folder)
                  && !visitor.visit(split, MemberName.file(name), Zips.image(zip, name))) {
                return;
              }
            }
          }
        });
  }
}

package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.RgbImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A data set as it is published: named splits of labelled images. What is wrong with its files is a
 * {@link io.hydrabeam.pipelines.common.HydraException} that names the file.
 */
public interface PublishedData {

  /** The examples of a split as they follow one another in what is published. */
  List<Example> list(String split) throws IOException;

  /**
   * As the other {@code list}, for several splits, in one pass over the archives where it can be.
   */
  default Map<String, List<Example>> list(Set<String> splits) throws IOException {
    Map<String, List<Example>> examples = new TreeMap<>();
    for (String split : splits) {
      examples.put(split, list(split));
    }
    return examples;
  }

  /** The order in which TensorFlow Datasets stores those examples. */
  default OfficialOrder order(String split, List<Example> examples) {
    return OfficialOrder.of(split, examples.size(), i -> examples.get(i).key());
  }

  /** Names of the classes in the order of the labels; empty where the files tell none. */
  default List<String> classNames() throws IOException {
    return List.of();
  }

  /**
   * Some images of a split, to estimate sizes by; those that are of no use are left out.
   *
   * @param most that are wanted
   */
  default List<RgbImage> probe(String split, int most) throws IOException {
    List<RgbImage> images = new ArrayList<>();
    visit(
        Set.of(split),
        (of, key, pixels) -> {
          try {
            images.add(pixels.fetch().decode());
          } catch (BadImageException e) {
            // It will be listed when it is to be stored, if a task has it.
          }
          return images.size() < most;
        });
    return images;
  }

  /** Shows the images of some splits, in the order in which the archives have them. */
  void visit(Set<String> splits, Visitor visitor) throws IOException;

  /**
   * An example.
   *
   * @param key as TensorFlow Datasets names it
   * @param label class, from 0
   */
  record Example(String key, int label) {}

  /** Looks at images that are passed over. */
  interface Visitor {

    /**
     * Is shown an image.
     *
     * @param split one of those that were asked for
     * @param key of an example; or of an image that is none, which is then to be ignored
     * @param pixels can be fetched during this call only
     * @return whether more are wanted
     */
    boolean visit(String split, String key, Pixels pixels) throws IOException;
  }
}

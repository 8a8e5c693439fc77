package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.fewshot.Variant;
import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/** Where a benchmark's images come from; travels to the workers. */
interface ImageSource extends Serializable {

  /**
   * Names the kind of source and its version; enters the hash that tells whether data are stale.
   */
  String identity();

  /**
   * Looks for the tasks before anything is read.
   *
   * @throws io.hydrabeam.pipelines.common.HydraException naming those that are not there
   */
  default void check(List<Task> tasks) throws IOException {}

  /**
   * The images of a split, in any order, each key once.
   *
   * @throws io.hydrabeam.pipelines.common.HydraException if the split is not as the task says
   */
  List<ImageReference> references(Task task, Variant variant, String split) throws IOException;

  /**
   * Pixels and labels of an image.
   *
   * @throws BadImageException if the image is of no use
   * @throws IOException if it cannot be told, because a disk or network fails
   */
  SourceImage read(Task task, String split, ImageReference reference)
      throws IOException, BadImageException;

  /** Names of the classes in the order of the labels; empty where the source tells none. */
  default List<String> classNames(Task task) throws IOException {
    return List.of();
  }

  /** The images that training sets are sampled from; empty where they are not. */
  default List<ImageReference> pool(Task task) throws IOException {
    return List.of();
  }

  /** A sampled variant's images in the sample's order; empty where none is drawn. */
  default List<Chosen> chosen(Task task, Variant variant) throws IOException {
    return List.of();
  }

  /** Begins a time in which files may be kept open between readings. */
  default void open() {}

  /** Ends it. */
  default void close() {}

  /**
   * An image as the source has it.
   *
   * @param labels classes, from 0, ascending and each once
   */
  record SourceImage(RgbImage image, List<Integer> labels) {}

  /** An image of a sample, and the split that it belongs to. */
  record Chosen(ImageReference image, String split) {}
}

package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.fewshot.Variant;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

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
   * Some images, to estimate sizes by; those that are of no use are left out.
   *
   * @param references that serve best, where images can be chosen
   */
  List<SourceImage> probe(Task task, String split, List<ImageReference> references)
      throws IOException;

  /** How records are made, where the source knows more than was asked for. */
  default ImageOptions options(ImageOptions asked) {
    return asked;
  }

  /** Bytes of a split's records, where they are not told by a few of its images. */
  default OptionalLong estimatedBytes(List<ImageReference> references) {
    return OptionalLong.empty();
  }

  /** Names of the classes in the order of the labels; empty where the source tells none. */
  default List<String> classNames(Task task) throws IOException {
    return List.of();
  }

  /** The images that training sets are sampled from; empty where they are not. */
  default List<ImageReference> pool(Task task) throws IOException {
    return List.of();
  }

  /**
   * Tells one state of a variant's files from another, where references do not; empty where they
   * do.
   */
  default String state(Task task, Variant variant) throws IOException {
    return "";
  }

  /** Whether there are records without labels, which make up {@link Variant#HIDDEN}. */
  default boolean hasHidden(Task task) throws IOException {
    return false;
  }

  /** The images of a task's splits in the official order; empty where the source has none. */
  default Optional<SampleList> sampleList(Task task) throws IOException {
    return Optional.empty();
  }

  /**
   * What is unusual about a task's files without being an error, without line breaks.
   *
   * @param sizes of its splits as they are listed, without records known to be bad
   */
  default List<String> notes(Task task, Map<String, Integer> sizes) throws IOException {
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

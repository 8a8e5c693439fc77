package io.hydrabeam.pipelines.datasets;

import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/** All images of a benchmark's tasks, from which samples are drawn; travels to the workers. */
public interface ImagePool extends Serializable {
  /** The usage that training images are sampled from. */
  String TRAIN = "train";

  /** The usage whose images the score is formed on. */
  String TEST = "test";

  /**
   * Names the kind of source and its version; enters the hash that tells whether data are stale.
   */
  String identity();

  /**
   * Looks for the tasks before anything is read.
   *
   * @throws io.hydrabeam.pipelines.common.HydraException naming those that are not there
   */
  void check(List<Task> tasks) throws IOException;

  /**
   * The images of a usage, in the order that sampling goes by, each key once, with labels as they
   * are listed. What cannot be found has a problem set.
   *
   * @throws io.hydrabeam.pipelines.common.HydraException if the data are not as the task says
   */
  List<ImageReference> images(Task task, String usage) throws IOException;

  /**
   * Pixels of an image.
   *
   * @throws BadImageException if the image is of no use
   * @throws IOException if it cannot be told, because a disk or network fails
   */
  RgbImage read(Task task, ImageReference reference) throws IOException, BadImageException;

  /** Names of the classes in the order of the labels. */
  List<String> classNames(Task task) throws IOException;

  /** Begins a time in which files may be kept open between readings. */
  default void open() {}

  /** Ends it. */
  default void close() {}
}

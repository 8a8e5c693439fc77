package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.originals.Pixels;
import io.hydrabeam.protos.Task;
import java.io.IOException;

/**
 * A source whose images come one after another, as in a packed archive. A reader that wants some of
 * them passes over all.
 */
interface StreamedSource extends ImageSource {

  /**
   * Shows a task's images, those of all of its splits and others, each once and in the order in
   * which they are published.
   *
   * @throws IOException naming the file if it is cut or damaged, or a disk or network fails
   */
  void stream(Task task, Visitor visitor) throws IOException;

  /** Looks at images that are passed over. */
  interface Visitor {

    /**
     * Is shown an image.
     *
     * @param key as its {@link io.hydrabeam.protos.ImageReference} has it
     * @param pixels can be fetched during this call only
     * @return whether more are wanted
     */
    boolean visit(String key, Pixels pixels) throws IOException;
  }
}

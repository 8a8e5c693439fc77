package io.hydrabeam.model.checkpoint;

import static io.hydrabeam.model.weights.WeightFileException.printable;

import io.hydrabeam.model.weights.WeightFile;
import io.hydrabeam.model.weights.WeightFileException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the shapes in a weight file tell before its tensors are known to be whole. */
final class WeightShapes {

  private WeightShapes() {}

  /** The canonical shape of a parameter. */
  static int[] of(WeightFile file, TorchNames names, String canonical, int rank)
      throws WeightFileException {
    TorchLayout layout = names.layout(canonical);
    int fileRank = layout == TorchLayout.SQUEEZED ? rank - 1 : rank;
    return layout.canonicalShape(named(file, names.name(canonical), fileRank));
  }

  /** For a file whose heads neither its shapes nor its sidecar tell. */
  static WeightFileException headsUnknown(WeightFile file, String why, String field) {
    return new WeightFileException(
        file.path(),
        "the number of attention heads is unknown (%s); say it in %s: {\"%s\": …}"
            .formatted(why, BackboneSidecar.pathFor(file.path()).getFileName(), field));
  }

  /** One more than the highest block's number, but no more than there are tensors. */
  static int depth(WeightFile file, String prefix, char end) {
    Pattern pattern =
        Pattern.compile(
            Pattern.quote(prefix) + "([0-9]{1,6})" + Pattern.quote(Character.toString(end)) + ".*",
            Pattern.DOTALL);
    int depth = 0;
    for (String name : file.names()) {
      Matcher matcher = pattern.matcher(name);
      if (matcher.matches()) {
        depth = Math.max(depth, Integer.parseInt(matcher.group(1)) + 1);
      }
    }
    return Math.min(depth, file.names().size());
  }

  /** The shape of a tensor by its name in the file. */
  static int[] named(WeightFile file, String name, int rank) throws WeightFileException {
    if (!file.names().contains(name)) {
      throw new WeightFileException(file.path(), "1 tensor missing: " + printable(name));
    }
    int[] shape = file.shape(name);
    if (shape.length != rank) {
      throw new WeightFileException(
          file.path(),
          "1 tensor misshapen: %s is %s, expected %d dimensions"
              .formatted(printable(name), Arrays.toString(shape), rank));
    }
    return shape;
  }
}

package io.hydrabeam.model.checkpoint;

import static io.hydrabeam.model.weights.WeightFileException.printable;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.weights.WeightFile;
import io.hydrabeam.model.weights.WeightFileException;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Infers a vision transformer's sizes from the shapes in its file. */
final class VitSizes {

  /** Width to attention heads of the published models, Ti to H. */
  private static final Map<Integer, Integer> PUBLISHED_HEADS =
      Map.of(192, 3, 384, 6, 768, 12, 1024, 16, 1280, 16);

  private VitSizes() {}

  /** Sizes of a file with timm's names. */
  static VitConfig timm(WeightFile file, BackboneSidecar sidecar) throws WeightFileException {
    int[] patch = shape(file, TimmNames.PATCH_WEIGHT, 4); // [width, 3, patch, patch]
    int width = patch[0];
    Integer heads = PUBLISHED_HEADS.get(width);
    if (sidecar.heads().isPresent()) {
      heads = sidecar.heads().getAsInt();
    }
    if (heads == null) {
      throw new WeightFileException(
          file.path(),
          "the number of attention heads is unknown (width %d is no published size); say it in %s:"
                  .formatted(width, BackboneSidecar.pathFor(file.path()).getFileName())
              + " {\"heads\": …}");
    }
    int tokens = shape(file, TimmNames.POSITION, 3)[1];
    int mlpWidth = shape(file, "blocks.0.mlp.fc1.weight", 2)[0]; // [mlp width, width]
    return config(
        file, sidecar, patch[2], tokens, width, depth(file, "blocks.", '.'), heads, mlpWidth);
  }

  /** Sizes of a file with Google's names. */
  static VitConfig google(WeightFile file, GoogleNames names, BackboneSidecar sidecar)
      throws WeightFileException {
    int[] patch = shape(file, names.patchKernel(), 4); // [patch, patch, 3, width]
    int heads = shape(file, names.firstQueryKernel(), 3)[1];
    if (sidecar.heads().isPresent() && sidecar.heads().getAsInt() != heads) {
      throw new WeightFileException(
          file.path(),
          "has %d attention heads, its sidecar says %d"
              .formatted(heads, sidecar.heads().getAsInt()));
    }
    int tokens = shape(file, names.position(), 3)[1];
    int mlpWidth = shape(file, names.firstMlpKernel(), 2)[1]; // [width, mlp width]
    int depth = depth(file, names.blockPrefix(), '/');
    return config(file, sidecar, patch[0], tokens, patch[3], depth, heads, mlpWidth);
  }

  private static VitConfig config(
      WeightFile file,
      BackboneSidecar sidecar,
      int patch,
      int tokens,
      int width,
      int depth,
      int heads,
      int mlpWidth)
      throws WeightFileException {
    int side = (int) Math.round(Math.sqrt(tokens - 1.0));
    if (side < 1 || (long) side * side != tokens - 1L) {
      throw new WeightFileException(
          file.path(),
          "%d positions are not a class token and a square of patches".formatted(tokens));
    }
    try {
      return new VitConfig(
          Math.multiplyExact(side, patch),
          patch,
          width,
          depth,
          heads,
          mlpWidth,
          sidecar.epsilon().orElse(VitConfig.EPSILON_DEFAULT));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new WeightFileException(file.path(), "is no usable ViT: " + e.getMessage(), e);
    }
  }

  /** One more than the highest block's number, but no more than there are tensors. */
  private static int depth(WeightFile file, String prefix, char end) {
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

  private static int[] shape(WeightFile file, String name, int rank) throws WeightFileException {
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

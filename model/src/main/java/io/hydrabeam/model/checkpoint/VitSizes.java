package io.hydrabeam.model.checkpoint;

import static io.hydrabeam.model.params.ParameterName.kernel;

import io.hydrabeam.model.Activation;
import io.hydrabeam.model.TextConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.WeightFile;
import io.hydrabeam.model.weights.WeightFileException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Infers the sizes of towers from the shapes in their file. */
final class VitSizes {

  /** Width to attention heads of the published models, Ti to H. */
  private static final Map<Integer, Integer> PUBLISHED_HEADS =
      Map.of(192, 3, 384, 6, 768, 12, 1024, 16, 1280, 16);

  /** Width of an attention head in every published CLIP. */
  private static final int CLIP_HEAD_WIDTH = 64;

  private static final BackboneSidecar PLAIN = defaults(VitConfig.EPSILON_DEFAULT, Activation.GELU);

  private static final BackboneSidecar CLIP =
      defaults(VitConfig.EPSILON_CLIP, Activation.QUICK_GELU);

  private VitSizes() {}

  private static BackboneSidecar defaults(float epsilon, Activation activation) {
    return new BackboneSidecar(
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.of(epsilon),
        Optional.of(activation),
        Optional.empty());
  }

  /** Sizes of a file with timm's names. */
  static VitConfig timm(WeightFile file, BackboneSidecar sidecar) throws WeightFileException {
    TorchNames names = TimmNames.ofBackbone();
    int width = patch(file, names)[3];
    Integer heads = PUBLISHED_HEADS.get(width);
    if (sidecar.heads().isPresent()) {
      heads = sidecar.heads().getAsInt();
    }
    if (heads == null) {
      throw WeightShapes.headsUnknown(
          file, "width %d is no published size".formatted(width), "heads");
    }
    return image(file, names, sidecar, heads, PLAIN, 0);
  }

  /** Sizes of the image tower in a file with CLIP's names. */
  static VitConfig clip(WeightFile file, TorchNames names, BackboneSidecar sidecar)
      throws WeightFileException {
    int[] projection =
        WeightShapes.of(file, names, ParameterName.PROJECTION, 2); // [width, embedding]
    int heads = clipHeads(file, sidecar.heads(), projection[0], "heads");
    return image(file, names, sidecar, heads, CLIP, projection[1]);
  }

  /**
   * Sizes of the text tower in a file with CLIP's names.
   *
   * @param image the tower beside it
   */
  static TextConfig text(
      WeightFile file, TorchNames names, BackboneSidecar sidecar, VitConfig image)
      throws WeightFileException {
    int[] tokens = WeightShapes.of(file, names, ParameterName.TEXT_TOKEN, 2); // [vocabulary, width]
    int context = WeightShapes.of(file, names, ParameterName.TEXT_POSITION, 2)[0];
    int embedding = WeightShapes.of(file, names, ParameterName.TEXT_PROJECTION, 2)[1];
    if (embedding != image.embedding()) {
      throw new WeightFileException(
          file.path(),
          "texts are projected to %d numbers, images to %d; they must be as many"
              .formatted(embedding, image.embedding()));
    }
    String firstLayer = ParameterName.TEXT + kernel(ParameterName.fc1(0));
    try {
      return new TextConfig(
          tokens[0],
          context,
          tokens[1],
          WeightShapes.depth(file, names.textBlocks(), '.'),
          clipHeads(file, sidecar.textHeads(), tokens[1], "textHeads"),
          WeightShapes.of(file, names, firstLayer, 2)[1],
          image.epsilon(),
          image.activation(),
          embedding);
    } catch (IllegalArgumentException e) {
      throw new WeightFileException(file.path(), "is no usable CLIP: " + e.getMessage(), e);
    }
  }

  private static int clipHeads(WeightFile file, OptionalInt said, int width, String field)
      throws WeightFileException {
    if (said.isPresent()) {
      return said.getAsInt();
    }
    if (width % CLIP_HEAD_WIDTH != 0) {
      throw WeightShapes.headsUnknown(
          file, "width %d is no multiple of %d".formatted(width, CLIP_HEAD_WIDTH), field);
    }
    return width / CLIP_HEAD_WIDTH;
  }

  private static VitConfig image(
      WeightFile file,
      TorchNames names,
      BackboneSidecar sidecar,
      int heads,
      BackboneSidecar defaults,
      int embedding)
      throws WeightFileException {
    int[] patch = patch(file, names);
    return config(
        file,
        sidecar.or(defaults),
        patch[0],
        WeightShapes.of(file, names, ParameterName.POSITION, 3)[1],
        patch[3],
        WeightShapes.depth(file, names.blocks(), '.'),
        heads,
        WeightShapes.of(file, names, kernel(ParameterName.fc1(0)), 2)[1],
        embedding);
  }

  /** {@code [patch, patch, 3, width]}. */
  private static int[] patch(WeightFile file, TorchNames names) throws WeightFileException {
    return WeightShapes.of(file, names, ParameterName.PATCH_KERNEL, 4);
  }

  /** Sizes of a file with Google's names. */
  static VitConfig google(WeightFile file, GoogleNames names, BackboneSidecar sidecar)
      throws WeightFileException {
    int[] patch = WeightShapes.named(file, names.patchKernel(), 4); // [patch, patch, 3, width]
    int heads = WeightShapes.named(file, names.firstQueryKernel(), 3)[1];
    if (sidecar.heads().isPresent() && sidecar.heads().getAsInt() != heads) {
      throw new WeightFileException(
          file.path(),
          "has %d attention heads, its sidecar says %d"
              .formatted(heads, sidecar.heads().getAsInt()));
    }
    int tokens = WeightShapes.named(file, names.position(), 3)[1];
    int mlpWidth = WeightShapes.named(file, names.firstMlpKernel(), 2)[1]; // [width, mlp width]
    int depth = WeightShapes.depth(file, names.blockPrefix(), '/');
    return config(file, sidecar.or(PLAIN), patch[0], tokens, patch[3], depth, heads, mlpWidth, 0);
  }

  private static VitConfig config(
      WeightFile file,
      BackboneSidecar sidecar,
      int patch,
      int tokens,
      int width,
      int depth,
      int heads,
      int mlpWidth,
      int embedding)
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
          sidecar.epsilon().orElseThrow(),
          sidecar.activation().orElseThrow(),
          embedding);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new WeightFileException(file.path(), "is no usable ViT: " + e.getMessage(), e);
    }
  }
}

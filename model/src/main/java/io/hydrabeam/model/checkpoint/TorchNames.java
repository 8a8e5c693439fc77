package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.model.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The names of a PyTorch program; each canonical parameter is one tensor in the file. */
abstract class TorchNames implements NameScheme {

  /**
   * The name in the file of a canonical parameter.
   *
   * @throws IllegalArgumentException if there is no such parameter
   */
  abstract String name(String canonical);

  /** How a canonical parameter is ordered in the file. */
  TorchLayout layout(String canonical) {
    if (canonical.equals(ParameterName.PATCH_KERNEL)) {
      return TorchLayout.CONVOLUTION;
    }
    return canonical.endsWith("/kernel") ? TorchLayout.LINEAR : TorchLayout.SAME;
  }

  /** What the names of the image tower's blocks start with, before the block's number. */
  abstract String blocks();

  /** The same for the text tower, where the program has one. */
  String textBlocks() {
    throw new IllegalStateException("there is no text tower under these names");
  }

  /** The names that adapters and merged models of a backbone are written in: the original's. */
  static TorchNames ofFiles(BackboneConfig config) {
    if (!(config instanceof VitConfig vit)) {
      return RobertaNames.ofAdapter();
    }
    return vit.isClip() ? OpenAiNames.ofAdapter() : TimmNames.ofAdapter();
  }

  @Override
  public List<Source> sources(String canonical, int[] shape) {
    return List.of(new Source(name(canonical), layout(canonical).fileShape(shape)));
  }

  @Override
  public HostTensor assemble(String canonical, int[] shape, List<HostTensor> sources) {
    return layout(canonical).toCanonical(sources.get(0), shape);
  }

  /**
   * A tensor of the file, made of a canonical one.
   *
   * @param source which of {@link #sources}
   */
  HostTensor toFile(String canonical, HostTensor tensor, int source) {
    return layout(canonical).toFile(tensor);
  }

  /**
   * Writes a safetensors file.
   *
   * @param shapes of all tensors, by canonical name
   * @param tensors by canonical name
   * @param metadata for the header
   */
  final void write(
      Path file,
      Map<String, int[]> shapes,
      Map<String, HostTensor> tensors,
      Map<String, String> metadata)
      throws IOException {
    Map<String, Supplier<HostTensor>> contents = new TreeMap<>();
    Map<String, int[]> fileShapes = new TreeMap<>();
    shapes.forEach(
        (name, shape) -> {
          List<Source> sources = sources(name, shape);
          for (int i = 0; i < sources.size(); i++) {
            int number = i;
            contents.put(
                sources.get(i).name(),
                () -> toFile(name, Objects.requireNonNull(tensors.get(name)), number));
            fileShapes.put(sources.get(i).name(), sources.get(i).shape());
          }
        });
    SafetensorsWriter.write(
        file,
        fileShapes,
        fileName -> Objects.requireNonNull(contents.get(fileName)).get(),
        metadata);
  }
}

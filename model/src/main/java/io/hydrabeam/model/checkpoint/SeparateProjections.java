package io.hydrabeam.model.checkpoint;

import io.hydrabeam.model.weights.HostTensor;
import java.util.ArrayList;
import java.util.List;

/** Names of a program that has query, key and value as layers of their own. */
abstract class SeparateProjections extends TorchNames {

  private static final String JOINT = "/qkv/";

  private static final List<String> PARTS = List.of("/query/", "/key/", "/value/");

  @Override
  public List<Source> sources(String canonical, int[] shape) {
    if (!canonical.contains(JOINT)) {
      return super.sources(canonical, shape);
    }
    int[] part = partShape(shape);
    List<Source> sources = new ArrayList<>();
    for (String name : PARTS) {
      sources.addAll(super.sources(canonical.replace(JOINT, name), part));
    }
    return sources;
  }

  @Override
  public HostTensor assemble(String canonical, int[] shape, List<HostTensor> sources) {
    if (!canonical.contains(JOINT)) {
      return super.assemble(canonical, shape, sources);
    }
    int[] part = partShape(shape);
    List<HostTensor> parts = new ArrayList<>();
    for (HostTensor source : sources) {
      parts.add(layout(canonical).toCanonical(source, part));
    }
    return Layouts.joinColumns(parts, shape);
  }

  @Override
  HostTensor toFile(String canonical, HostTensor tensor, int source) {
    return super.toFile(
        canonical,
        canonical.contains(JOINT) ? Layouts.columns(tensor, PARTS.size(), source) : tensor,
        source);
  }

  /** {@code [in, 3 · width] -> [in, width]}, {@code [3 · width] -> [width]}. */
  private static int[] partShape(int[] joint) {
    int[] part = joint.clone();
    part[part.length - 1] /= PARTS.size();
    return part;
  }
}

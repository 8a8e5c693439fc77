package io.hydrabeam.model.checkpoint;

import static io.hydrabeam.model.weights.WeightFileException.printable;

import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.model.weights.WeightFile;
import io.hydrabeam.model.weights.WeightFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Reads exactly the parameters that are asked for. */
final class StrictReader {

  private static final int NAMES_SHOWN = 3;

  private StrictReader() {}

  /**
   * Reads and converts parameters that have been {@linkplain #check checked}, one at a time.
   *
   * @param shapes canonical name to shape of what is wanted
   * @return canonical name to tensor, in the order of {@code shapes}
   * @throws WeightFileException if a value is NaN or infinite
   */
  static Map<String, HostTensor> read(WeightFile file, NameScheme scheme, Map<String, int[]> shapes)
      throws IOException {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, int[]> entry : shapes.entrySet()) {
      List<HostTensor> parts = new ArrayList<>();
      for (NameScheme.Source source : scheme.sources(entry.getKey(), entry.getValue())) {
        HostTensor part = file.read(source.name());
        int bad = firstNotFinite(part.values());
        if (bad >= 0) {
          throw new WeightFileException(
              file.path(),
              "tensor %s: value %d is %s".formatted(source.name(), bad, part.values()[bad]));
        }
        parts.add(part);
      }
      tensors.put(entry.getKey(), scheme.assemble(entry.getKey(), entry.getValue(), parts));
    }
    return tensors;
  }

  /** Index of the first NaN or infinity, or −1. */
  static int firstNotFinite(float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Fails unless a file holds these tensors and nothing else.
   *
   * @param shapes canonical name to shape of all that the file must hold
   * @return the names of tensors that may be left out, sorted
   * @throws WeightFileException if a tensor is missing, misshapen or unexpected
   */
  static List<String> check(WeightFile file, NameScheme scheme, Map<String, int[]> shapes)
      throws WeightFileException {
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    TreeSet<String> unexpected = new TreeSet<>(file.names());
    for (Map.Entry<String, int[]> entry : shapes.entrySet()) {
      for (NameScheme.Source source : scheme.sources(entry.getKey(), entry.getValue())) {
        if (!unexpected.remove(source.name())) {
          missing.add(source.name());
          continue;
        }
        int[] shape = file.shape(source.name());
        if (!Arrays.equals(shape, source.shape())) {
          misshapen.add(
              "%s is %s, expected %s"
                  .formatted(
                      source.name(), Arrays.toString(shape), Arrays.toString(source.shape())));
        }
      }
    }
    List<String> ignored = unexpected.stream().filter(scheme::ignorable).toList();
    unexpected.removeAll(ignored);
    List<String> problems = new ArrayList<>();
    describe("missing", missing, problems);
    describe("misshapen", misshapen, problems);
    describe("unexpected", List.copyOf(unexpected), problems);
    if (!problems.isEmpty()) {
      throw new WeightFileException(file.path(), String.join("; ", problems));
    }
    return ignored;
  }

  private static void describe(String how, List<String> names, List<String> problems) {
    if (names.isEmpty()) {
      return;
    }
    List<String> shown = new ArrayList<>();
    for (String name : names.subList(0, Math.min(NAMES_SHOWN, names.size()))) {
      shown.add(printable(name));
    }
    problems.add(
        "%d tensor%s %s: %s%s"
            .formatted(
                names.size(),
                names.size() == 1 ? "" : "s",
                how,
                String.join(", ", shown),
                names.size() > NAMES_SHOWN ? ", …" : ""));
  }
}

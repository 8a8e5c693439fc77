package io.hydrabeam.model.weights;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What to say of PyTorch's pickled files, which can run code when they are read. */
final class PickleFiles {

  /** One line: why not, and how to convert. */
  static final String ADVICE =
      "is a pickled PyTorch file, which can run code when read; convert it where you trust it:"
          + " safetensors.torch.save_file(torch.load('in.pt', weights_only=True),"
          + " 'out.safetensors')";

  /** The same for a TorchScript archive, as OpenAI published CLIP. */
  static final String SCRIPT_ADVICE =
      "is a TorchScript archive, which can run code when read; convert it where you trust it:"
          + " safetensors.torch.save_file(torch.jit.load('in.pt', map_location='cpu').state_dict(),"
          + " 'out.safetensors')";

  private static final Pattern CODE = Pattern.compile("[^/]+/code/.+");

  private PickleFiles() {}

  /**
   * What to say of a zip archive, if PyTorch wrote it.
   *
   * @param entries names of all its entries
   */
  static Optional<String> adviceFor(List<String> entries) {
    if (entries.stream().noneMatch(PickleFiles::isPickleEntry)) {
      return Optional.empty();
    }
    boolean script = entries.stream().anyMatch(entry -> CODE.matcher(entry).matches());
    return Optional.of(script ? SCRIPT_ADVICE : ADVICE);
  }

  /** Whether a zip archive with this entry is what {@code torch.save} writes. */
  private static boolean isPickleEntry(String entry) {
    return entry.equals("data.pkl") || entry.endsWith("/data.pkl") || entry.endsWith(".pkl");
  }
}

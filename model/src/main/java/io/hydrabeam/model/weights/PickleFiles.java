package io.hydrabeam.model.weights;

/** What to say of PyTorch's pickled files, which can run code when they are read. */
final class PickleFiles {

  /** One line: why not, and how to convert. */
  static final String ADVICE =
      "is a pickled PyTorch file, which can run code when read; convert it where you trust it:"
          + " safetensors.torch.save_file(torch.load('in.pt', weights_only=True),"
          + " 'out.safetensors')";

  private PickleFiles() {}

  /** Whether a zip archive with this entry is what {@code torch.save} writes. */
  static boolean isPickleEntry(String entry) {
    return entry.equals("data.pkl") || entry.endsWith("/data.pkl") || entry.endsWith(".pkl");
  }
}

package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The Diabetic Retinopathy competition's photographs, treated as its winner's were ({@link
 * Btgraham}). The folders {@code train} and {@code test} hold {@code <name>.jpeg}; the test rows of
 * the solution are told apart by their third column.
 */
record DiabeticRetinopathy(OriginalFiles files) implements PublishedData {
  private static final String TRAIN_LABELS = "trainLabels.csv";
  private static final String SOLUTION = "retinopathy_solution.csv";

  /** Third column of the solution's rows. */
  private static final Map<String, String> USAGE =
      Map.of("validation", "Public", "test", "Private");

  @Override
  public List<Example> list(String split) throws IOException {
    String usage = USAGE.getOrDefault(split, "");
    String file = usage.isEmpty() ? TRAIN_LABELS : SOLUTION;
    String header = usage.isEmpty() ? "image,level" : "image,level,Usage";
    List<Example> examples = new ArrayList<>();
    files.read(
        file,
        in -> {
          String text = Tars.text(in).replace("\"", "");
          List<String> lines = SplitLists.lines(text).toList();
          if (lines.isEmpty() || !lines.get(0).equals(header)) {
            throw new DamagedException("its first line is not %s".formatted(header));
          }
          for (int i = 1; i < lines.size(); i++) {
            String[] fields = lines.get(i).split(",", -1);
            if (fields.length != header.split(",", -1).length || !fields[1].matches("\\d")) {
              throw new DamagedException(
                  "line %d, %s, is not %s".formatted(i + 1, lines.get(i), header));
            }
            if (usage.isEmpty() || fields[2].equals(usage)) {
              examples.add(new Example(fields[0], Integer.parseInt(fields[1])));
            }
          }
        });
    return examples;
  }

  @Override
  public void visit(Set<String> splits, Visitor visitor) throws IOException {
    for (String split : splits) {
      String folder = USAGE.containsKey(split) ? "test" : "train";
      for (Example example : list(split)) {
        String name = MemberName.file(MemberName.checked(example.key())) + ".jpeg";
        if (!visitor.visit(split, example.key(), () -> fetch(folder + '/' + name))) {
          return;
        }
      }
    }
  }

  private Pixels.Fetched fetch(String name) throws IOException, BadImageException {
    for (String path : List.of(name, files.dataset() + '/' + name)) {
      try {
        byte[] file =
            Storage.read(Storage.resolve(files.root(), path), ImageDecoder.MAX_FILE_BYTES);
        return () -> Btgraham.treat(ImageDecoder.decode(file));
      } catch (FileNotFoundException e) {
        // It may lie in the other folder.
      }
    }
    throw new BadImageException("no such file: " + name);
  }
}

package io.hydrabeam.pipelines.originals;

import static io.hydrabeam.pipelines.originals.Containers.join;
import static io.hydrabeam.pipelines.originals.Containers.text;

import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.image.JpegEncoder;
import io.hydrabeam.pipelines.image.PngEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the data sets whose images are photographs in files of their own. */
final class SyntheticPhotographs {
  private final SyntheticArchives archives;

  /**
   * @param archives told what is written
   */
  SyntheticPhotographs(SyntheticArchives archives) {
    this.archives = archives;
  }

  void dtd() throws IOException, BadImageException {
    Map<String, byte[]> members = new LinkedHashMap<>();
    Map<String, String> lists = Map.of("train", "train1", "validation", "val1", "test", "test1");
    Map<String, List<String>> lines = new LinkedHashMap<>();
    int number = 0;
    for (String split : lists.keySet()) {
      for (String texture : List.of("zigzagged", "banded", "knitted")) {
        String key = "%s/%s_%04d.jpg".formatted(texture, texture, number++);
        byte[] file = archives.jpeg();
        members.put("dtd/images/" + key, file);
        lines.computeIfAbsent(split, each -> new ArrayList<>()).add(key);
        int label = List.of("banded", "knitted", "zigzagged").indexOf(texture);
        archives.expect(split, key, label, ImageDecoder.decode(file));
      }
    }
    members.put("dtd/images/banded/.directory", text("not an image"));
    lists.forEach(
        (split, file) ->
            members.put(
                "dtd/labels/%s.txt".formatted(file),
                text(lines.getOrDefault(split, List.of()).toArray(String[]::new))));
    Containers.tar(
        archives.root().resolve("dtd-r1.0.1.tar.gz"), false, members); // as it is published
  }

  void flowers() throws IOException, BadImageException {
    Map<String, byte[]> members = new LinkedHashMap<>();
    byte[] labels = new byte[9];
    byte[][] ids = {{3, 9, 1}, {2, 7, 5}, {4, 6, 8}};
    for (int image = 1; image <= 9; image++) {
      byte[] file = archives.jpeg();
      labels[image - 1] = (byte) (1 + image % 4);
      String key = "image_%05d.jpg".formatted(image);
      members.put("jpg/" + key, file);
      for (int i = 0; i < 3; i++) {
        if (new String(ids[i], StandardCharsets.ISO_8859_1).indexOf(image) >= 0) {
          String split = List.of("train", "validation", "test").get(i);
          archives.expect(split, key, image % 4, ImageDecoder.decode(file));
        }
      }
    }
    Containers.tar(archives.root().resolve("102flowers.tgz"), true, members);
    Files.write(
        archives.root().resolve("imagelabels.mat"),
        join(Containers.matHeader(0x100), Containers.matArray("labels", labels, true, 1, 9)));
    Files.write(
        archives.root().resolve("setid.mat"),
        join(
            Containers.matHeader(0x100),
            Containers.matArray("trnid", ids[0], true, 1, 3),
            Containers.matArray("valid", ids[1], false, 1, 3),
            Containers.matArray("tstid", ids[2], true, 1, 3)));
  }

  void pets() throws IOException, BadImageException {
    Map<String, byte[]> images = new LinkedHashMap<>();
    Map<String, byte[]> lists = new LinkedHashMap<>();
    for (String split : List.of("train", "test")) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String name = "%s_%d".formatted(i % 2 == 0 ? "Abyssinian" : "great_pyrenees", 10 * i);
        String own = split.equals("train") ? name : name + "1";
        byte[] file = archives.jpeg();
        images.put("images/%s.jpg".formatted(own), file);
        lines.add("%s %d %d 1".formatted(own, 1 + i % 2, 1 + i % 2));
        archives.expect(split, own + ".jpg", i % 2, ImageDecoder.decode(file));
      }
      lists.put(
          "annotations/%s.txt".formatted(split.equals("train") ? "trainval" : "test"),
          text(lines.toArray(String[]::new)));
    }
    images.put("images/Abyssinian_100.mat", archives.noise(10));
    Containers.tar(archives.root().resolve("images.tar.gz"), true, images);
    Containers.tar(archives.root().resolve("annotations.tar.gz"), true, lists);
  }

  void sun() throws IOException, BadImageException {
    Map<String, byte[]> members = new LinkedHashMap<>();
    Map<String, String> lists = Map.of("train", "tr", "validation", "va", "test", "te");
    List<String> classes = List.of("/a/abbey", "/c/church/indoor", "/c/church/outdoor");
    for (Map.Entry<String, String> list : lists.entrySet()) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < classes.size(); i++) {
        String key = "%s/sun_%s%d.jpg".formatted(classes.get(i), list.getValue(), i);
        byte[] file = i == 0 ? PngEncoder.encode(archives.picture(401, 360), 1) : archives.jpeg();
        members.put("SUN397" + key, file);
        lines.add(key);
        archives.expect(list.getKey(), key, i, SunImage.decode(file));
      }
      Files.write(
          archives.root().resolve("sun397_tfds_%s.txt".formatted(list.getValue())),
          text(lines.toArray(String[]::new)));
    }
    members.put("SUN397/README.txt", text("unused"));
    Containers.tar(archives.root().resolve("SUN397.tar.gz"), true, members);
  }

  void caltech() throws IOException, BadImageException {
    Map<String, byte[]> members = new LinkedHashMap<>();
    for (String split : List.of("train", "test")) {
      List<String> lines = new ArrayList<>();
      for (String folder : List.of("Faces_easy", "BACKGROUND_Google", "accordion")) {
        String key = "%s/image_%s.jpg".formatted(folder, split);
        byte[] file = archives.jpeg();
        members.put("101_ObjectCategories/" + key, file);
        lines.add(key);
        int label =
            List.of("accordion", "background_google", "faces_easy")
                .indexOf(folder.toLowerCase(Locale.ROOT));
        archives.expect(split, key, label, ImageDecoder.decode(file));
      }
      Files.write(
          archives.root().resolve("caltech101_%s.txt".formatted(split)),
          text(lines.toArray(String[]::new)));
    }
    Containers.tar(archives.root().resolve("101_ObjectCategories.tar.gz"), true, members);
  }

  void classFolders(String zip, String folder, List<String> classes)
      throws IOException, BadImageException {
    Map<String, byte[]> members = new LinkedHashMap<>();
    List<String> sorted = classes.stream().sorted().toList();
    for (int i = 0; i < 9; i++) {
      String label = classes.get(i % classes.size());
      byte[] file = archives.jpeg();
      members.put("%s/%s/%s_%d.jpg".formatted(folder, label, label, i), file);
      members.put(
          "__MACOSX/%s/%s/._%s_%d.jpg".formatted(folder, label, label, i), archives.noise(4));
      archives.expect(
          "train",
          "%s_%s_%d.jpg".formatted(label, label, i),
          sorted.indexOf(label),
          ImageDecoder.decode(file));
    }
    Containers.zip(archives.root().resolve(zip), members);
  }

  void retinopathy() throws IOException, BadImageException {
    List<String> train = new ArrayList<>(List.of("image,level"));
    List<String> solution = new ArrayList<>(List.of("image,level,Usage"));
    for (int i = 0; i < 6; i++) {
      String name = "%d_%s".formatted(10 + i, i % 2 == 0 ? "left" : "right");
      String split = List.of("train", "validation", "test").get(i % 3);
      byte[] file = JpegEncoder.encode(archives.picture(90, 70), 95);
      Path folder = archives.root().resolve(i % 3 == 0 ? "train" : "test");
      Files.createDirectories(folder);
      Files.write(folder.resolve(name + ".jpeg"), file);
      if (i % 3 == 0) {
        train.add("%s,%d".formatted(name, i % 5));
      } else {
        solution.add("%s,%d,%s".formatted(name, i % 5, i % 3 == 1 ? "Public" : "Private"));
      }
      archives.expect(split, name, i % 5, Btgraham.treat(ImageDecoder.decode(file)));
    }
    Files.write(archives.root().resolve("trainLabels.csv"), text(train.toArray(String[]::new)));
    Files.write(
        archives.root().resolve("retinopathy_solution.csv"), text(solution.toArray(String[]::new)));
  }
}

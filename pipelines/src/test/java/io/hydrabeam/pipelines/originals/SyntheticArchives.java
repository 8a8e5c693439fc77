package io.hydrabeam.pipelines.originals;

import static io.hydrabeam.pipelines.originals.Containers.ints;
import static io.hydrabeam.pipelines.originals.Containers.join;
import static io.hydrabeam.pipelines.originals.Containers.text;

import com.google.protobuf.ByteString;
import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.image.JpegEncoder;
import io.hydrabeam.pipelines.image.PngEncoder;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.records.TfRecordWriter;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.Int64List;

/**
 * The archives of the data sets behind VTAB-1k in their published formats, with few and random
 * images, and what they hold.
 */
public final class SyntheticArchives {
  /** The data sets that can be written, as {@link PublishedDatasets} names them. */
  public static final List<String> NAMES =
      List.of(
          "cifar100",
          "caltech101",
          "dtd",
          "oxford_flowers102",
          "oxford_iiit_pet",
          "svhn_cropped",
          "sun397",
          "patch_camelyon",
          "eurosat",
          "resisc45",
          "diabetic_retinopathy_detection",
          "clevr/count",
          "clevr/distance",
          "dmlab",
          "kitti",
          "smallnorb/azimuth",
          "smallnorb/elevation");

  private final Path root;
  private final Random random = new Random(17);

  /** By split, then key. */
  private final Map<String, Map<String, Labelled>> expected = new LinkedHashMap<>();

  /** An image that is to be found. */
  public record Labelled(int label, RgbImage image) {}

  private SyntheticArchives(Path root) {
    this.root = root;
  }

  Path root() {
    return root;
  }

  public Map<String, Map<String, Labelled>> expected() {
    return expected;
  }

  static Stream<String> names() {
    return NAMES.stream();
  }

  /** Writes a data set, named as {@link PublishedDatasets} does. */
  public static SyntheticArchives write(Path root, String name) throws Exception {
    SyntheticArchives archives = new SyntheticArchives(root);
    Files.createDirectories(root);
    SyntheticPhotographs photographs = new SyntheticPhotographs(archives);
    switch (name) {
      case "cifar100" -> archives.cifar();
      case "dtd" -> photographs.dtd();
      case "oxford_flowers102" -> photographs.flowers();
      case "oxford_iiit_pet" -> photographs.pets();
      case "svhn_cropped" -> archives.svhn();
      case "sun397" -> photographs.sun();
      case "caltech101" -> photographs.caltech();
      case "patch_camelyon" -> archives.camelyon();
      case "eurosat" -> photographs.classFolders("EuroSAT.zip", "2750", List.of("Forest", "River"));
      case "resisc45" ->
          photographs.classFolders(
              "NWPU-RESISC45.zip", "NWPU-RESISC45", List.of("sea_ice", "airplane", "ship"));
      case "diabetic_retinopathy_detection" -> photographs.retinopathy();
      case "clevr/count", "clevr/distance" -> archives.clevr(name.endsWith("count"));
      case "dmlab" -> archives.dmlab();
      case "kitti" -> archives.kitti();
      case "smallnorb/azimuth", "smallnorb/elevation" -> archives.norb(name.endsWith("azimuth"));
      default -> throw new IllegalArgumentException(name);
    }
    return archives;
  }

  void expect(String split, String key, int label, RgbImage image) {
    expected
        .computeIfAbsent(split, each -> new LinkedHashMap<>())
        .put(key, new Labelled(label, image));
  }

  byte[] noise(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  RgbImage picture(int width, int height) {
    return new RgbImage(width, height, noise(3 * width * height));
  }

  byte[] jpeg() {
    return JpegEncoder.encode(picture(20 + random.nextInt(9), 16 + random.nextInt(9)), 90);
  }

  private void cifar() throws IOException {
    Map<String, byte[]> members = new LinkedHashMap<>();
    members.put(
        "cifar-100-binary/fine_label_names.txt", text("apple", "bear", "can", "dolphin", "elm"));
    for (String split : List.of("train", "test")) {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      for (int i = 0; i < 12; i++) {
        RgbImage image = picture(32, 32);
        file.writeBytes(new byte[] {(byte) (i % 3), (byte) (i % 5)});
        for (int channel = 0; channel < 3; channel++) {
          for (int pixel = 0; pixel < 1024; pixel++) {
            file.write(image.rgb()[3 * pixel + channel]);
          }
        }
        expect(split, Integer.toString(i), i % 5, image);
      }
      members.put("cifar-100-binary/%s.bin".formatted(split), file.toByteArray());
    }
    Containers.tar(root.resolve("cifar-100-binary.tar.gz"), true, members);
  }

  private void svhn() throws IOException {
    for (String split : List.of("train", "test")) {
      ByteArrayOutputStream pixels = new ByteArrayOutputStream();
      byte[] digits = new byte[11];
      for (int i = 0; i < digits.length; i++) {
        RgbImage image = picture(32, 32);
        for (int channel = 0; channel < 3; channel++) {
          for (int x = 0; x < 32; x++) {
            for (int y = 0; y < 32; y++) {
              pixels.write(image.rgb()[3 * (32 * y + x) + channel]);
            }
          }
        }
        digits[i] = (byte) (1 + i % 10);
        expect(split, Integer.toString(i), (1 + i % 10) % 10, image);
      }
      Files.write(
          root.resolve(split + "_32x32.mat"),
          join(
              Containers.matHeader(0x100),
              Containers.matArray("X", pixels.toByteArray(), true, 32, 32, 3, digits.length),
              Containers.matArray("y", digits, true, digits.length, 1)));
    }
  }

  private void camelyon() throws IOException {
    for (String split : List.of("train", "validation", "test")) {
      String name = split.equals("validation") ? "valid" : split;
      byte[][][][] x = new byte[5][96][96][3];
      byte[][][][] y = new byte[5][1][1][1];
      for (int i = 0; i < 5; i++) {
        RgbImage image = picture(96, 96);
        for (int at = 0; at < image.rgb().length; at++) {
          x[i][at / 288][at / 3 % 96][at % 3] = image.rgb()[at];
        }
        y[i][0][0][0] = (byte) (i % 2);
        expect(split, "%s_%d".formatted(name, i), i % 2, image);
      }
      hdf5("camelyonpatch_level_2_split_%s_x.h5".formatted(name), "x", x);
      hdf5("camelyonpatch_level_2_split_%s_y.h5".formatted(name), "y", y);
    }
  }

  private void hdf5(String name, String array, Object values) throws IOException {
    Path plain = root.resolve(name);
    try (WritableHdfFile file = HdfFile.write(plain)) {
      var unused = file.putDataset(array, values);
    }
    Containers.gzip(root.resolve(name + ".gz"), Files.readAllBytes(plain));
    Files.delete(plain);
  }

  private void clevr(boolean count) throws IOException {
    Map<String, byte[]> members = new LinkedHashMap<>();
    double[] nearest = {7.9, 8.0, 8.1, 8.50000001, 9.2, 9.9, 12};
    int[] distances = {0, 0, 1, 1, 3, 4, 5};
    for (String split : List.of("train", "val")) {
      List<String> scenes = new ArrayList<>();
      for (int i = 0; i < nearest.length; i++) {
        String name = "CLEVR_%s_%06d.png".formatted(split, i);
        int objects = 3 + i;
        List<String> texts = new ArrayList<>();
        for (int object = 0; object < objects; object++) {
          texts.add(
              "{\"pixel_coords\":[1,2,%s],\"shape\":\"cube\"}"
                  .formatted(object == 1 ? nearest[i] : 13.5));
        }
        scenes.add(
            "{\"image_filename\":\"%s\",\"objects\":[%s]}"
                .formatted(name, String.join(",", texts)));
        RgbImage image = picture(24, 16);
        members.put("CLEVR_v1.0/images/%s/%s".formatted(split, name), PngEncoder.encode(image, 1));
        expect(split.equals("val") ? "validation" : split, name, count ? i : distances[i], image);
      }
      members.put(
          "CLEVR_v1.0/scenes/CLEVR_%s_scenes.json".formatted(split),
          text(
              "{\"info\":{\"version\":\"1.0\"},\"scenes\":[%s]}"
                  .formatted(String.join(",", scenes))));
    }
    members.put("CLEVR_v1.0/images/test/CLEVR_test_000000.png", noise(9));
    Containers.zip(root.resolve("CLEVR_v1.0.zip"), members);
  }

  private void dmlab() throws IOException, BadImageException {
    Map<String, byte[]> members = new LinkedHashMap<>();
    for (String split : List.of("train", "validation", "test")) {
      for (int shard = 0; shard < 2; shard++) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (TfRecordWriter writer = new TfRecordWriter(file)) {
          for (int i = 0; i < 4; i++) {
            String key = "%s_%d_%d.jpg".formatted(split, shard, i);
            byte[] image = jpeg();
            writer.write(record(key, image, i));
            expect(split, key, i, ImageDecoder.decode(image));
          }
        }
        members.put("dmlab-%s.tfrecord-%05d-of-00002".formatted(split, shard), file.toByteArray());
      }
    }
    Containers.tar(root.resolve("dmlab.tar.gz"), true, members);
  }

  private static byte[] record(String key, byte[] image, int label) {
    Features features =
        Features.newBuilder()
            .putFeature("image", bytes(ByteString.copyFrom(image)))
            .putFeature("filename", bytes(ByteString.copyFromUtf8(key)))
            .putFeature(
                "label",
                Feature.newBuilder().setInt64List(Int64List.newBuilder().addValue(label)).build())
            .build();
    return Example.newBuilder().setFeatures(features).build().toByteArray();
  }

  private static Feature bytes(ByteString value) {
    return Feature.newBuilder().setBytesList(BytesList.newBuilder().addValue(value)).build();
  }

  private void kitti() throws IOException {
    Map<String, byte[]> images = new LinkedHashMap<>();
    Map<String, byte[]> labels = new LinkedHashMap<>();
    List<String> mapping = new ArrayList<>();
    List<String> order = new ArrayList<>();
    List<String> drives = new ArrayList<>();
    int total = 24;
    for (int i = 0; i < total; i++) {
      mapping.add("2011_09_26 2011_09_26_drive_%04d_sync %010d".formatted(i / 2, i));
    }
    for (int i = 0; i < total; i++) {
      int line = 7 * i % total;
      order.add(Integer.toString(line + 1));
      drives.add(mapping.get(line).split(" ")[1]);
    }
    KittiVideos videos = KittiVideos.of(drives);
    String box = " 0.00 0 -1.5 1 2 3 4 1.5 1.6 3.7 1.0 1.5 %s 0.1";
    String[][] objects = {
      {"Car" + box.formatted("8.00")},
      {"Pedestrian" + box.formatted("2.00"), "Van" + box.formatted("19.99")},
      {"Truck" + box.formatted("20.01")},
      {"DontCare" + box.formatted("-1000"), "Tram" + box.formatted("3.00")}
    };
    for (int i = 0; i < total; i++) {
      RgbImage image = picture(30, 10);
      images.put("training/image_2/%06d.png".formatted(i), PngEncoder.encode(image, 1));
      labels.put("training/label_2/%06d.txt".formatted(i), text(objects[i % 4]));
      expect(videos.split(drives.get(i)), "%06d.png".formatted(i), i % 4, image);
    }
    images.put("testing/image_2/000000.png", noise(5));
    Containers.zip(root.resolve("data_object_image_2.zip"), images);
    Containers.zip(root.resolve("data_object_label_2.zip"), labels);
    Containers.zip(
        root.resolve("devkit_object.zip"),
        Map.of(
            "mapping/train_mapping.txt",
            text(mapping.toArray(String[]::new)),
            "mapping/train_rand.txt",
            text(String.join(",", order))));
  }

  private void norb(boolean azimuth) throws IOException {
    Map<String, String> names =
        Map.of("train", "46789x9x18x6x2x96x96-training", "test", "01235x9x18x6x2x96x96-testing");
    for (String split : List.of("train", "test")) {
      int count = 7;
      ByteArrayOutputStream pixels = new ByteArrayOutputStream();
      pixels.writeBytes(ints(0x1e3d4c55, 4, count, 2, 96, 96));
      ByteArrayOutputStream info = new ByteArrayOutputStream();
      info.writeBytes(ints(0x1e3d4c54, 2, count, 4, 1));
      for (int i = 0; i < count; i++) {
        byte[] pair = noise(2 * 96 * 96);
        byte[] rgb = new byte[3 * 96 * 96];
        for (int at = 0; at < rgb.length; at++) {
          rgb[at] = pair[at / 3];
        }
        pixels.writeBytes(pair);
        info.writeBytes(ints(4, i, 2 * (i + 3), 5));
        expect(split, Integer.toString(i), azimuth ? i + 3 : i, new RgbImage(96, 96, rgb));
      }
      String file = "smallnorb-5x%s-%s.mat.gz";
      Containers.gzip(root.resolve(file.formatted(names.get(split), "dat")), pixels.toByteArray());
      Containers.gzip(root.resolve(file.formatted(names.get(split), "info")), info.toByteArray());
    }
  }
}

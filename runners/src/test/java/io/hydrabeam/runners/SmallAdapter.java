package io.hydrabeam.runners;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.checkpoint.AdapterCheckpoint;
import io.hydrabeam.model.checkpoint.AdapterConfig;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Normalization;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * A random backbone and a random adapter on it, as files.
 *
 * @param backbone weights
 * @param adapter folder
 */
record SmallAdapter(Path backbone, Path adapter) {

  static final int CLASSES = 3;
  static final HydraConfig HYDRA = HydraConfig.both(2, 1, 0);

  /** Writes both into a folder. */
  static SmallAdapter write(Path folder, VitConfig vit) throws IOException {
    Backbone backbone = Backbone.random(vit, 7);
    Path backboneFile = folder.resolve("backbone.safetensors");
    Backbone.write(backboneFile, vit, backbone.parameters(), Optional.of(Normalization.HALF));
    Path adapter = folder.resolve("adapter");
    AdapterConfig config =
        new AdapterConfig(
            Method.HYDRA,
            HYDRA,
            vit,
            CLASSES,
            false,
            Normalization.HALF,
            backbone.hash(),
            Map.of());
    AdapterCheckpoint.save(adapter, config, random(config.shapes()));
    return new SmallAdapter(backboneFile, adapter);
  }

  /**
   * A RoBERTa and an adapter of texts.
   *
   * @param classes of the head; 1 for a regression
   * @param notes of the adapter
   */
  static SmallAdapter writeTexts(
      Path folder, RobertaConfig roberta, int classes, Map<String, String> notes)
      throws IOException {
    Backbone backbone = Backbone.random(roberta, 7);
    Path backboneFile = folder.resolve("roberta.safetensors");
    Backbone.write(backboneFile, roberta, backbone.parameters(), Optional.empty());
    Path adapter = folder.resolve("texts");
    AdapterConfig config =
        new AdapterConfig(
            Method.HYDRA,
            HydraConfig.plain(2, 4, Branches.BOTH),
            roberta,
            classes,
            false,
            Normalization.IMAGENET,
            backbone.hash(),
            notes);
    AdapterCheckpoint.save(adapter, config, random(config.shapes()));
    return new SmallAdapter(backboneFile, adapter);
  }

  /** Tensors of small random values. */
  static Map<String, HostTensor> random(Map<String, int[]> shapes) {
    Random random = new Random(3);
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> {
          int size = 1;
          for (int side : shape) {
            size *= side;
          }
          float[] values = new float[size];
          for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian() * 0.1f;
          }
          tensors.put(name, new HostTensor(shape, values));
        });
    return tensors;
  }

  /** Writes an image that depends on its file's name. */
  static void writeImage(Path file, int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(file.getFileName().toString().hashCode());
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    ImageIO.write(image, "png", file.toFile());
  }
}

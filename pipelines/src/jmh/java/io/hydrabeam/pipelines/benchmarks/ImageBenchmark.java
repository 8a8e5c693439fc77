package io.hydrabeam.pipelines.benchmarks;

import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.image.PillowResize;
import io.hydrabeam.pipelines.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** JPEG to the pixels that a model sees, one image after another. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ImageBenchmark extends Microbenchmark {
  private static final int SIZE = 224;

  /** A folder of JPEG files; empty: drawn images of 500 x 375 pixels. */
  @Param("")
  public String folder = "";

  private final List<byte[]> files = new ArrayList<>();
  private final List<RgbImage> images = new ArrayList<>();
  private int next;

  @Setup
  public void prepare() throws IOException, BadImageException {
    if (folder.isEmpty()) {
      for (int seed = 0; seed < 20; seed++) {
        files.add(drawn(new Random(seed)));
      }
    } else {
      try (Stream<Path> paths = Files.list(Path.of(folder))) {
        for (Path path : paths.sorted().limit(200).toList()) {
          files.add(Files.readAllBytes(path));
        }
      }
    }
    for (byte[] file : files) {
      images.add(ImageDecoder.decode(file));
    }
  }

  private static byte[] drawn(Random random) throws IOException {
    BufferedImage image = new BufferedImage(500, 375, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 375; y++) {
      for (int x = 0; x < 500; x++) {
        int gray = (int) (128 + 60 * Math.sin(x / 40.0) * Math.cos(y / 50.0));
        int pixel = gray + (int) (20 * random.nextGaussian());
        int value = Math.max(0, Math.min(255, pixel));
        image.setRGB(x, y, value << 16 | (255 - value) << 8 | gray);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "jpg", out);
    return out.toByteArray();
  }

  @Benchmark
  public RgbImage decode() throws BadImageException {
    return ImageDecoder.decode(files.get(advance()));
  }

  @Benchmark
  public RgbImage resize() {
    return PillowResize.resize(images.get(advance()), SIZE, SIZE);
  }

  @Benchmark
  public RgbImage decodeAndResize() throws BadImageException {
    return PillowResize.resize(ImageDecoder.decode(files.get(advance())), SIZE, SIZE);
  }

  private int advance() {
    next = (next + 1) % files.size();
    return next;
  }
}

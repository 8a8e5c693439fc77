package io.hydrabeam.pipelines.originals;

import io.hydrabeam.model.weights.ElementType;
import io.hydrabeam.model.weights.NpyHeader;
import io.hydrabeam.model.weights.WeightFileException;
import io.hydrabeam.pipelines.image.RgbImage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * dSprites: black and white pictures in every combination of shape, scale, orientation and place,
 * so that an example's position tells them. Read from the npz file or, if that is not there, from
 * the HDF5 file. The npz's metadata are pickled, and not looked at.
 *
 * @param files the published ones
 * @param label what a position is labelled with
 */
record Dsprites(OriginalFiles files, IntUnaryOperator label) implements PublishedData {
  private static final String NAME = "dsprites_ndarray_co1sh3sc6or40x32y32_64x64";
  private static final String NPZ = NAME + ".npz";
  private static final String HDF5 = NAME + ".hdf5";
  private static final String IMAGES = "imgs";
  private static final String ONLY_SPLIT = "train";
  private static final int EXAMPLES = 3 * 6 * 40 * 32 * 32;
  private static final int SIDE = 64;
  private static final int[] SHAPE = {EXAMPLES, SIDE, SIDE};

  static Dsprites location(OriginalFiles files) {
    return new Dsprites(files, DerivedLabels::dspritesLocation);
  }

  static Dsprites orientation(OriginalFiles files) {
    return new Dsprites(files, DerivedLabels::dspritesOrientation);
  }

  @Override
  public List<Example> list(String split) throws IOException {
    if (files.find(NPZ).isEmpty() && files.find(HDF5).isEmpty()) {
      throw files.missing(NPZ);
    }
    List<Example> examples = new ArrayList<>(EXAMPLES);
    for (int i = 0; i < EXAMPLES; i++) {
      examples.add(new Example(Integer.toString(i), label.applyAsInt(i)));
    }
    return examples;
  }

  @Override
  public void visit(Set<String> splits, Visitor visitor) throws IOException {
    if (files.find(NPZ).isPresent()) {
      Zips.read(files, NPZ, zip -> Zips.stream(zip, IMAGES + ".npy", in -> readArray(in, visitor)));
    } else {
      readHdf5(visitor);
    }
  }

  private static void readArray(InputStream in, Visitor visitor) throws IOException {
    NpyHeader header = header(in);
    boolean ofBytes = header.type() == ElementType.U8 || header.type() == ElementType.BOOL;
    if (!Arrays.equals(header.shape(), SHAPE) || !ofBytes || header.columnMajor()) {
      throw new DamagedException(
          "%s.npy is %s of type %s, not bytes %s in C's order"
              .formatted(
                  IMAGES, Arrays.toString(header.shape()), header.type(), Arrays.toString(SHAPE)));
    }
    byte[] dots = new byte[SIDE * SIDE];
    for (int i = 0; i < EXAMPLES; i++) {
      if (in.readNBytes(dots, 0, dots.length) < dots.length) {
        throw new EOFException("%s.npy ends within example %d".formatted(IMAGES, i));
      }
      if (!visitor.visit(ONLY_SPLIT, Integer.toString(i), () -> fetched(dots))) {
        return;
      }
    }
  }

  private static NpyHeader header(InputStream in) throws IOException {
    try {
      return NpyHeader.read(Path.of(IMAGES + ".npy"), "the array of images", in);
    } catch (WeightFileException e) {
      throw new DamagedException(String.valueOf(e.getMessage()));
    }
  }

  private void readHdf5(Visitor visitor) throws IOException {
    try (Hdf5File file = Hdf5File.open(files, HDF5, (long) EXAMPLES * SIDE * SIDE)) {
      Hdf5File.Bytes images = file.bytes(IMAGES, SHAPE);
      for (int i = 0; i < EXAMPLES; i++) {
        int example = i;
        if (!visitor.visit(
            ONLY_SPLIT, Integer.toString(i), () -> fetched(images.example(example)))) {
          return;
        }
      }
    }
  }

  private static Pixels.Fetched fetched(byte[] shared) {
    byte[] dots = shared.clone();
    return () -> {
      byte[] rgb = new byte[dots.length * RgbImage.CHANNELS];
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = (byte) (dots[i / RgbImage.CHANNELS] * 255);
      }
      return new RgbImage(SIDE, SIDE, rgb);
    };
  }
}

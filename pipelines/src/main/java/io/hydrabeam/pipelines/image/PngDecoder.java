package io.hydrabeam.pipelines.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * PNG to RGB as Pillow converts it: alpha and transparency are dropped, never blended; gray of 16
 * bits is clipped to 255, colour of 16 bits keeps its high byte; fewer bits are spread over 0…255;
 * gamma and colour profiles are ignored.
 *
 * <p>Our own because ImageIO's conversions differ from Pillow's in gray, 16 bits and palettes, and
 * because every damaged file has to be noticed, by its checksums and by missing pixels. Memory: the
 * pixels and two rows.
 */
final class PngDecoder {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int CHUNK_FRAME_BYTES = 12;

  /** Deflate cannot pack better; a file that would have to is cut or lies about its size. */
  private static final int DEFLATE_RATIO_MAX = 1032;

  private static final int GRAY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GRAY_ALPHA = 4;
  private static final int RGB_ALPHA = 6;

  /** Adam7: column and row of each pass's first pixel, and its steps. */
  private static final int[][] ADAM7 = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private static final int[][] WHOLE = {{0, 0, 1, 1}};

  private final byte[] file;
  private final int width;
  private final int height;
  private final int depth;
  private final int type;
  private final boolean interlaced;
  private final List<int[]> data = new ArrayList<>(); // offset, length of each IDAT
  private byte @Nullable [] palette; // [256, 3]

  private PngDecoder(byte[] file) throws BadImageException {
    this.file = file;
    if (file.length < SIGNATURE.length + CHUNK_FRAME_BYTES + 13 || number(12) != 0x49484452) {
      throw new BadImageException("truncated PNG: the header is incomplete");
    }
    width = number(16);
    height = number(20);
    depth = file[24] & 0xff;
    type = file[25] & 0xff;
    interlaced = file[28] == 1;
    checkHeader();
  }

  /** Whether the bytes begin like a PNG. */
  static boolean matches(byte[] file) {
    return file.length >= SIGNATURE.length
        && Arrays.equals(file, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  static RgbImage decode(byte[] file) throws BadImageException {
    PngDecoder decoder = new PngDecoder(file);
    decoder.readChunks();
    return decoder.readPixels();
  }

  private void checkHeader() throws BadImageException {
    ImageLimits.check(width, height);
    boolean known =
        switch (type) {
          case GRAY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
          case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
          case RGB, GRAY_ALPHA, RGB_ALPHA -> depth == 8 || depth == 16;
          default -> false;
        };
    if (!known || file[26] != 0 || file[27] != 0 || file[28] < 0 || file[28] > 1) {
      throw new BadImageException(
          "damaged PNG: colour type %d with %d bits is not defined".formatted(type, depth));
    }
    long unpacked = (long) height * rowBytes(width);
    if (unpacked / DEFLATE_RATIO_MAX > file.length) {
      throw new BadImageException(
          "truncated PNG: %d bytes cannot hold %dx%d pixels".formatted(file.length, width, height));
    }
  }

  private void readChunks() throws BadImageException {
    for (int at = SIGNATURE.length; at <= file.length - CHUNK_FRAME_BYTES; ) {
      int length = number(at);
      int name = number(at + 4);
      if (length < 0 || length > file.length - at - CHUNK_FRAME_BYTES) {
        throw new BadImageException("truncated PNG: the file ends within a chunk");
      }
      boolean critical = (name >>> 24 & 0x20) == 0;
      if (critical) {
        CRC32 crc = new CRC32();
        crc.update(file, at + 4, length + 4);
        if ((int) crc.getValue() != number(at + 8 + length)) {
          throw new BadImageException("damaged PNG: a checksum differs");
        }
      }
      switch (name) {
        case 0x49444154 -> data.add(new int[] {at + 8, length}); // IDAT
        case 0x504c5445 -> readPalette(at + 8, length); // PLTE
        case 0x49454e44 -> { // IEND
          return;
        }
        default -> {}
      }
      at += length + CHUNK_FRAME_BYTES;
    }
  }

  /** Entries that the file leaves out are gray, as in Pillow. */
  private void readPalette(int at, int length) {
    byte[] colours = new byte[256 * RgbImage.CHANNELS];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = (byte) (i / RgbImage.CHANNELS);
    }
    System.arraycopy(file, at, colours, 0, Math.min(length, colours.length));
    palette = colours;
  }

  private RgbImage readPixels() throws BadImageException {
    if (type == PALETTE && palette == null) {
      throw new BadImageException("damaged PNG: it has no palette");
    }
    byte[] rgb = new byte[width * height * RgbImage.CHANNELS];
    Inflater inflater = new Inflater();
    try {
      Rows rows = new Rows(inflater);
      for (int[] pass : interlaced ? ADAM7 : WHOLE) {
        int columns = (width - pass[0] + pass[2] - 1) / pass[2];
        if (columns <= 0) {
          continue;
        }
        int bytes = Math.toIntExact(rowBytes(columns)) - 1;
        byte[] above = new byte[bytes];
        byte[] row = new byte[bytes];
        for (int y = pass[1]; y < height; y += pass[3]) {
          int filter = rows.next(row);
          unfilter(filter, row, above, Math.max(1, channels() * depth / 8));
          store(row, columns, rgb, (y * width + pass[0]) * RgbImage.CHANNELS, pass[2] * 3);
          byte[] swap = above;
          above = row;
          row = swap;
        }
      }
    } finally {
      inflater.end();
    }
    return new RgbImage(width, height, rgb);
  }

  private int channels() {
    return switch (type) {
      case RGB -> 3;
      case GRAY_ALPHA -> 2;
      case RGB_ALPHA -> 4;
      default -> 1;
    };
  }

  /** Bytes of a row with its leading filter byte. */
  private long rowBytes(int columns) {
    return 1 + ((long) columns * channels() * depth + 7) / 8;
  }

  private static void unfilter(int filter, byte[] row, byte[] above, int step)
      throws BadImageException {
    int n = row.length;
    int head = Math.min(step, n);
    switch (filter) {
      case 0 -> {}
      case 1 -> {
        for (int i = step; i < n; i++) {
          row[i] += row[i - step];
        }
      }
      case 2 -> {
        for (int i = 0; i < n; i++) {
          row[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = 0; i < head; i++) {
          row[i] += (byte) ((above[i] & 0xff) >> 1);
        }
        for (int i = step; i < n; i++) {
          row[i] += (byte) (((row[i - step] & 0xff) + (above[i] & 0xff)) >> 1);
        }
      }
      case 4 -> {
        for (int i = 0; i < head; i++) {
          row[i] += above[i];
        }
        for (int i = step; i < n; i++) {
          row[i] += (byte) paeth(row[i - step] & 0xff, above[i] & 0xff, above[i - step] & 0xff);
        }
      }
      default -> throw new BadImageException("damaged PNG: filter %d".formatted(filter));
    }
  }

  /** Of left, above and upper left, the nearest to left + above - upperLeft. */
  static int paeth(int left, int above, int upperLeft) {
    int toLeft = Math.abs(above - upperLeft);
    int toAbove = Math.abs(left - upperLeft);
    int toUpperLeft = Math.abs(left + above - 2 * upperLeft);
    if (toLeft <= toAbove && toLeft <= toUpperLeft) {
      return left;
    }
    return toAbove <= toUpperLeft ? above : upperLeft;
  }

  /** Converts a row's samples and puts them at {@code to}, {@code step} bytes apart. */
  private void store(byte[] row, int columns, byte[] rgb, int to, int step) {
    if (type == RGB && depth == 8 && step == RgbImage.CHANNELS) {
      System.arraycopy(row, 0, rgb, to, columns * RgbImage.CHANNELS);
      return;
    }
    int sampleBytes = depth / 8; // 0 below 8 bits
    int pixelBytes = channels() * sampleBytes;
    for (int x = 0; x < columns; x++, to += step) {
      int at = x * pixelBytes;
      switch (type) {
        case RGB, RGB_ALPHA -> {
          rgb[to] = row[at];
          rgb[to + 1] = row[at + sampleBytes];
          rgb[to + 2] = row[at + 2 * sampleBytes];
        }
        case GRAY_ALPHA -> fill(rgb, to, row[at]);
        case GRAY -> fill(rgb, to, gray(row, x));
        default -> System.arraycopy(colours(), 3 * packed(row, x), rgb, to, RgbImage.CHANNELS);
      }
    }
  }

  private byte[] colours() {
    if (palette == null) {
      throw new IllegalStateException("pixels are read after the palette");
    }
    return palette;
  }

  private static void fill(byte[] rgb, int to, byte value) {
    rgb[to] = value;
    rgb[to + 1] = value;
    rgb[to + 2] = value;
  }

  private byte gray(byte[] row, int x) {
    if (depth == 16) {
      return row[2 * x] == 0 ? row[2 * x + 1] : (byte) 255;
    }
    return (byte) (packed(row, x) * (255 / ((1 << depth) - 1)));
  }

  /** Sample {@code x} of a row with at most 8 bits a pixel, leftmost in the high bits. */
  private int packed(byte[] row, int x) {
    int bit = x * depth;
    return (row[bit >> 3] & 0xff) >> (8 - depth - (bit & 7)) & ((1 << depth) - 1);
  }

  private int number(int at) {
    return (file[at] & 0xff) << 24
        | (file[at + 1] & 0xff) << 16
        | (file[at + 2] & 0xff) << 8
        | (file[at + 3] & 0xff);
  }

  /** Unpacks row after row from the IDAT chunks. */
  private final class Rows {
    private final Inflater inflater;
    private final byte[] filter = new byte[1];
    private int chunk;

    Rows(Inflater inflater) {
      this.inflater = inflater;
    }

    /** Fills {@code row} and returns its filter. */
    int next(byte[] row) throws BadImageException {
      fill(filter);
      fill(row);
      return filter[0];
    }

    private void fill(byte[] target) throws BadImageException {
      try {
        for (int done = 0; done < target.length; ) {
          int n = inflater.inflate(target, done, target.length - done);
          done += n;
          if (n == 0) {
            if (inflater.finished() || !inflater.needsInput() || chunk == data.size()) {
              throw new BadImageException("truncated PNG: pixels are missing");
            }
            int[] next = data.get(chunk++);
            inflater.setInput(file, next[0], next[1]);
          }
        }
      } catch (DataFormatException e) {
        throw new BadImageException("damaged PNG: its data cannot be unpacked", e);
      }
    }
  }
}

package io.hydrabeam.pipelines.image;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hydrabeam.pipelines.Vectors;
import io.hydrabeam.pipelines.common.Hashing;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageDecoderTest {

  @Test
  void decode_empty_isRefused() {
    assertThat(reason(new byte[0])).isEqualTo("empty file");
  }

  @Test
  void decode_text_isRefused() {
    assertThat(reason("not an image\n".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("neither JPEG nor PNG: it begins with text");
  }

  @Test
  void decode_gif_isRefusedByName() {
    assertThat(reason("GIF89a\1\0\1\0".getBytes(StandardCharsets.ISO_8859_1)))
        .isEqualTo("neither JPEG nor PNG: it begins with a GIF's signature");
  }

  @Test
  void decode_unknownBytes_showsThem() {
    assertThat(reason(new byte[] {0, 1, (byte) 0xfe}))
        .isEqualTo("neither JPEG nor PNG: it begins with the bytes 00 01 fe");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"jpg_baseline_420.jpg", "jpg_progressive.jpg", "jpg_gray.jpg", "jpg_cmyk.jpg"})
  void decode_jpegCutAnywhere_isRefused(String name) throws IOException {
    byte[] file = Vectors.read("pillow/in/" + name);
    for (int length : lengths(file.length)) {
      assertWithMessage("first %s of %s bytes", length, file.length)
          .that(reason(Arrays.copyOf(file, length)))
          .containsMatch("^(truncated|damaged|truncated or damaged) JPEG|^neither|^empty");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png_rgb.png", "png_palette.png", "png_gray16.png"})
  void decode_pngCutAnywhere_isRefused(String name) throws IOException {
    byte[] file = Vectors.read("pillow/in/" + name);
    for (int length : lengths(file.length - 12)) { // the last chunk holds nothing
      assertWithMessage("first %s of %s bytes", length, file.length)
          .that(reason(Arrays.copyOf(file, length)))
          .containsMatch("^truncated PNG|^damaged PNG|^neither|^empty");
    }
  }

  @Test
  void decode_pngWithChangedByte_isRefusedOrUnchanged() throws Exception {
    byte[] file = Vectors.read("pillow/in/png_rgb.png");
    byte[] pixels = ImageDecoder.decode(file).rgb();
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      byte[] changed = file.clone();
      changed[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(ImageDecoder.decode(changed).rgb()).isEqualTo(pixels);
      } catch (BadImageException e) {
        assertThat(e.reason()).doesNotContain("\n");
      }
    }
  }

  @Test
  void decode_jpegWithHugeHeader_isRefusedBeforeAllocation() throws IOException {
    byte[] file = Vectors.read("pillow/in/jpg_baseline_420.jpg");
    setJpegSize(file, 65_500, 65_500);

    assertThat(reason(file)).matches("65500x65500 pixels are more than the limit of 89.478.485");
  }

  @Test
  void decode_jpegTooSmallForItsSize_isRefusedBeforeAllocation() throws IOException {
    byte[] file = Vectors.read("pillow/in/jpg_baseline_420.jpg");
    setJpegSize(file, 9000, 9000);

    assertThat(reason(file))
        .isEqualTo("truncated JPEG: %d bytes cannot hold 9000x9000 pixels".formatted(file.length));
  }

  @Test
  void decode_pngWithHugeHeader_isRefusedBeforeAllocation() {
    assertThat(reason(png(65_500, 65_500, 8, 2, 0, new byte[10])))
        .matches("65500x65500 pixels are more than the limit of 89.478.485");
    assertThat(reason(png(0x7fffffff, 0x7fffffff, 8, 2, 0, new byte[10])))
        .startsWith("2147483647x2147483647 pixels are more than");
    assertThat(reason(png(-1, 4, 8, 2, 0, new byte[10]))).startsWith("damaged header");
    assertThat(reason(png(9000, 9000, 8, 2, 0, new byte[10])))
        .matches("truncated PNG: \\d+ bytes cannot hold 9000x9000 pixels");
  }

  @Test
  void decode_pngOfUndefinedKind_isRefused() {
    assertThat(reason(png(1, 1, 4, 2, 0, new byte[4])))
        .isEqualTo("damaged PNG: colour type 2 with 4 bits is not defined");
    assertThat(reason(png(1, 1, 8, 3, 0, new byte[2]))).isEqualTo("damaged PNG: it has no palette");
    assertThat(reason(png(1, 1, 8, 0, 0, new byte[] {7, 0}))).isEqualTo("damaged PNG: filter 7");
    assertThat(reason(png(2, 2, 8, 0, 0, new byte[4])))
        .isEqualTo("truncated PNG: pixels are missing");
  }

  /** Samples of 2 and 4 bits are spread over 0…255, as Pillow does. */
  @Test
  void decode_pngOfFewBits_spreadsThem() throws BadImageException {
    RgbImage two = ImageDecoder.decode(png(4, 1, 2, 0, 0, new byte[] {0, 0b00_01_10_11}));
    RgbImage four = ImageDecoder.decode(png(2, 1, 4, 0, 0, new byte[] {0, 0x1f}));

    assertThat(red(two)).isEqualTo(new int[] {0, 85, 170, 255});
    assertThat(red(four)).isEqualTo(new int[] {17, 255});
  }

  @Test
  void decode_interlacedPng_equalsPlain() throws Exception {
    for (int size = 1; size < 12; size++) {
      RgbImage image = PillowResizeTest.pattern(size, 13 - size);
      BufferedImage buffered =
          new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
      for (int i = 0; i < image.width() * image.height(); i++) {
        buffered.setRGB(
            i % image.width(),
            i / image.width(),
            (image.rgb()[3 * i] & 0xff) << 16
                | (image.rgb()[3 * i + 1] & 0xff) << 8
                | (image.rgb()[3 * i + 2] & 0xff));
      }
      ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      writer.setOutput(new MemoryCacheImageOutputStream(bytes));
      writer.write(
          null,
          new IIOImage(
              buffered,
              null,
              writer.getDefaultImageMetadata(
                  ImageTypeSpecifier.createFromRenderedImage(buffered), parameters)),
          parameters);
      ((MemoryCacheImageOutputStream) writer.getOutput()).flush();
      assertThat(bytes.toByteArray()[28]).isEqualTo(1); // interlaced

      assertThat(ImageDecoder.decode(bytes.toByteArray()).rgb()).isEqualTo(image.rgb());
    }
  }

  /** With its Adobe transform set, the CMYK file becomes a YCCK one; hash from Pillow 12.3.0. */
  @Test
  void decode_ycck_equalsPillow() throws Exception {
    byte[] file = Vectors.read("pillow/in/jpg_cmyk.jpg");
    assumeTrue(Hashing.sha256Hex(file).startsWith("159db955af31fc71"), "another set of vectors");
    assertThat(new String(file, 6, 5, StandardCharsets.US_ASCII)).isEqualTo("Adobe");
    file[17] = 2;

    assertThat(Hashing.sha256Hex(ImageDecoder.decode(file).rgb()))
        .isEqualTo("e59e37ac0443565a0a875286d769d18dc52c7ff49971acec3eec04a6ddf674ef");
  }

  @Test
  void decode_nameSaysNothing_contentsDo() throws Exception {
    byte[] png = Vectors.read("pillow/in/png_rgb.png"); // whatever its name is

    assertThat(ImageDecoder.decode(png).width()).isGreaterThan(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 9})
  void encode_anyLevel_isReadBack(int level) throws BadImageException {
    for (int height : new int[] {1, 2, 31}) {
      RgbImage image = PillowResizeTest.pattern(height, 17);
      assertThat(ImageDecoder.decode(PngEncoder.encode(image, level)).rgb()).isEqualTo(image.rgb());
    }
  }

  @Test
  void encode_grayPixels_areStoredAsGray() throws BadImageException {
    byte[] rgb = new byte[30 * 20 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i / 3 * 7);
    }
    RgbImage image = new RgbImage(30, 20, rgb);

    byte[] png = PngEncoder.encode(image, 6);

    assertThat(png[25]).isEqualTo(0); // colour type gray
    assertThat(ImageDecoder.decode(png).rgb()).isEqualTo(rgb);
  }

  @Test
  void encode_noise_isReadBack() throws BadImageException {
    byte[] rgb = new byte[40 * 40 * 3];
    new Random(3).nextBytes(rgb);

    assertThat(ImageDecoder.decode(PngEncoder.encode(new RgbImage(40, 40, rgb), 6)).rgb())
        .isEqualTo(rgb);
  }

  private static int[] lengths(int total) {
    return new int[] {
      0,
      1,
      3,
      10,
      20,
      30,
      total / 4,
      total / 2,
      total * 3 / 4,
      total * 9 / 10,
      total - 40,
      total - 3
    };
  }

  private static String reason(byte[] file) {
    return assertThrows(BadImageException.class, () -> ImageDecoder.decode(file)).reason();
  }

  private static int[] red(RgbImage image) {
    int[] values = new int[image.width() * image.height()];
    for (int i = 0; i < values.length; i++) {
      values[i] = image.rgb()[3 * i] & 0xff;
    }
    return values;
  }

  private static void setJpegSize(byte[] file, int width, int height) {
    for (int at = 2; ; at += 2 + ((file[at + 2] & 0xff) << 8 | file[at + 3] & 0xff)) {
      if ((file[at + 1] & 0xff) == 0xc0) {
        file[at + 5] = (byte) (height >> 8);
        file[at + 6] = (byte) height;
        file[at + 7] = (byte) (width >> 8);
        file[at + 8] = (byte) width;
        return;
      }
    }
  }

  /** A PNG file with right checksums around the given rows, each with its filter byte. */
  private static byte[] png(
      int width, int height, int depth, int type, int interlace, byte[] rows) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    byte[] header = new byte[13];
    ByteBuffer.wrap(header).putInt(width).putInt(height);
    header[8] = (byte) depth;
    header[9] = (byte) type;
    header[12] = (byte) interlace;
    chunk(out, "IHDR", header);
    Deflater deflater = new Deflater();
    deflater.setInput(rows);
    deflater.finish();
    byte[] packed = new byte[rows.length + 100];
    chunk(out, "IDAT", Arrays.copyOf(packed, deflater.deflate(packed)));
    deflater.end();
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String name, byte[] data) {
    byte[] frame = new byte[4 + data.length];
    System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, frame, 0, 4);
    System.arraycopy(data, 0, frame, 4, data.length);
    CRC32 crc = new CRC32();
    crc.update(frame);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.writeBytes(frame);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}

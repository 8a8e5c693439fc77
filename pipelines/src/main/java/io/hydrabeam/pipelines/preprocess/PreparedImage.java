package io.hydrabeam.pipelines.preprocess;

import com.google.protobuf.ByteString;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.JpegEncoder;
import io.hydrabeam.pipelines.image.PillowResize;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.records.ExampleCodec;
import io.hydrabeam.pipelines.records.StorageFormat;
import io.hydrabeam.protos.ImageDigest;
import io.hydrabeam.protos.PixelOrigin;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/** Images as shards take them. */
final class PreparedImage {

  /** Pillow's default, with which VTAB-1k's prepared folders were written. */
  private static final int PREPARED_QUALITY = 75;

  private PreparedImage() {}

  /**
   * Resizes and encodes an image; equal inputs give equal bytes.
   *
   * @throws BadImageException if a label is none of the task's classes
   */
  static PreparedRecord of(SplitPlan plan, String key, ImageSource.SourceImage read)
      throws BadImageException {
    List<Integer> labels = read.labels();
    for (int label : labels) {
      if (label < 0 || label >= plan.task().getClasses()) {
        throw new BadImageException(
            "label %d is not in 0..%d".formatted(label, plan.task().getClasses() - 1));
      }
    }
    RgbImage source =
        plan.imageOptions().getPixels() == PixelOrigin.JPEG75
            ? JpegEncoder.roundTrip(read.image(), PREPARED_QUALITY)
            : read.image();
    RgbImage target =
        PillowResize.toSquare(
            source, plan.imageOptions().getResize(), plan.imageOptions().getImageSize());
    ExampleCodec.EncodedExample record =
        ExampleCodec.encode(key, labels, source, target, plan.format());
    byte[] pixels = Hashing.sha256().digest(target.rgb());
    ImageDigest digest =
        ImageDigest.newBuilder()
            .setKey(key)
            .addAllLabel(labels)
            .setPixels(ByteString.copyFrom(Arrays.copyOf(pixels, PreparedRecord.DIGEST_BYTES)))
            .build();
    return new PreparedRecord(
        record.bytes(),
        record.stored() == StorageFormat.PNG,
        contentHash(key, labels, pixels),
        /* tokens= */ 0,
        /* cut= */ false,
        digest);
  }

  /** Over pixels at the target size, so that the way in which they are stored does not matter. */
  private static byte[] contentHash(String key, List<Integer> labels, byte[] pixels) {
    MessageDigest digest = Hashing.sha256();
    Hashing.putText(digest, key);
    labels.forEach(label -> Hashing.putInt(digest, label));
    digest.update(pixels);
    return digest.digest();
  }
}

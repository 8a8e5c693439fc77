package io.hydrabeam.pipelines.preprocess;

import com.google.protobuf.ByteString;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.records.TextCodec;
import io.hydrabeam.pipelines.records.TextRecord;
import io.hydrabeam.protos.ImageDigest;
import java.security.MessageDigest;
import java.util.Arrays;

/** Texts as shards take them. */
final class PreparedText {

  private PreparedText() {}

  /**
   * A text ready to be appended to a shard; equal inputs give equal bytes.
   *
   * @param cut whether it was longer
   */
  static PreparedRecord of(TextRecord text, boolean cut) {
    MessageDigest tokens = Hashing.sha256();
    for (int id : text.ids()) {
      Hashing.putInt(tokens, id);
    }
    byte[] hash = tokens.digest();
    MessageDigest content = Hashing.sha256();
    Hashing.putText(content, text.key());
    for (int label : text.labels()) {
      Hashing.putInt(content, label);
    }
    Hashing.putInt(content, Float.floatToIntBits(text.number()));
    content.update(hash);
    ImageDigest.Builder digest =
        ImageDigest.newBuilder()
            .setKey(text.key())
            .setPixels(ByteString.copyFrom(Arrays.copyOf(hash, PreparedRecord.DIGEST_BYTES)));
    for (int label : text.labels()) {
      digest.addLabel(label);
    }
    return new PreparedRecord(
        TextCodec.encode(text),
        /* png= */ false,
        content.digest(),
        text.ids().length,
        cut,
        digest.build());
  }
}

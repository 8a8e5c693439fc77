package io.hydrabeam.pipelines.originals;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.Slice;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The order in which TensorFlow Datasets stores the examples of a split: ascending by the MD5 of
 * the split's name and the example's key, read as one unsigned number of 128 bits. A benchmark's
 * images are slices of it.
 *
 * @param positions of the published examples, in the official order
 */
public record OfficialOrder(List<Integer> positions) {

  /** An example's hash, and where it stands in what is published. */
  private record Hashed(long high, long low, int position) {}

  private static final Comparator<Hashed> UNSIGNED =
      ((Comparator<Hashed>) (a, b) -> Long.compareUnsigned(a.high, b.high))
          .thenComparing((a, b) -> Long.compareUnsigned(a.low, b.low));

  public OfficialOrder {
    positions = List.copyOf(positions);
  }

  /**
   * Of a split.
   *
   * @param split its name, the hash's salt
   * @param count of its examples
   * @param key of the example at a position
   * @throws HydraException usage, if two examples have the same key
   */
  public static OfficialOrder of(String split, int count, IntFunction<String> key) {
    MessageDigest md5 = md5();
    byte[] salt = split.getBytes(StandardCharsets.UTF_8);
    List<Hashed> hashed = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      md5.update(salt);
      ByteBuffer hash = ByteBuffer.wrap(md5.digest(key.apply(i).getBytes(StandardCharsets.UTF_8)));
      hashed.add(new Hashed(hash.getLong(), hash.getLong(), i));
    }
    hashed.sort(UNSIGNED);
    for (int i = 1; i < count; i++) {
      if (UNSIGNED.compare(hashed.get(i - 1), hashed.get(i)) == 0) {
        throw HydraException.usage(
            "%s: %s is there twice, as examples %d and %d"
                .formatted(
                    split,
                    key.apply(hashed.get(i).position),
                    hashed.get(i - 1).position,
                    hashed.get(i).position));
      }
    }
    return new OfficialOrder(hashed.stream().map(Hashed::position).toList());
  }

  /** Of a split whose keys are the positions themselves, as decimal numbers. */
  public static OfficialOrder ofPositions(String split, int count) {
    return of(split, count, Integer::toString);
  }

  /**
   * A part, as positions in what is published.
   *
   * @throws HydraException usage, if it reaches beyond the end
   */
  public List<Integer> slice(Slice slice) {
    long to = slice.hasTo() ? slice.getTo() : positions.size();
    if (slice.getFrom() < 0 || slice.getFrom() > to || to > positions.size()) {
      throw HydraException.usage(
          "%s[%d:%d] is wanted; there are %,d examples"
              .formatted(slice.getSplit(), slice.getFrom(), to, positions.size()));
    }
    return positions.subList((int) slice.getFrom(), (int) to);
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.hydrabeam.model.weights;

import java.nio.ByteBuffer;

/** Types of elements that a weight file may hold; only the floating ones can be read. */
public enum ElementType {
  F64(8, true),
  F32(4, true),
  F16(2, true),
  BF16(2, true),
  I64(8, false),
  I32(4, false),
  I16(2, false),
  I8(1, false),
  U64(8, false),
  U32(4, false),
  U16(2, false),
  U8(1, false),
  BOOL(1, false),
  F8_E4M3(1, false),
  F8_E5M2(1, false);

  private final int bytes;
  private final boolean readable;

  ElementType(int bytes, boolean readable) {
    this.bytes = bytes;
    this.readable = readable;
  }

  /** Size of an element. */
  int bytes() {
    return bytes;
  }

  /** Whether {@link #decode} can turn elements into floats. */
  boolean readable() {
    return readable;
  }

  /**
   * Converts {@code count} elements; 64-bit numbers are rounded to the nearest float.
   *
   * @param in little-endian, positioned at the first element; its position is moved past the last
   */
  void decode(ByteBuffer in, float[] out, int offset, int count) {
    switch (this) {
      case F32 -> {
        in.asFloatBuffer().get(out, offset, count);
        in.position(in.position() + count * bytes);
      }
      case F64 -> {
        for (int i = 0; i < count; i++) {
          out[offset + i] = (float) in.getDouble();
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          out[offset + i] = halfToFloat(in.getShort());
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          out[offset + i] = Float.intBitsToFloat(in.getShort() << 16);
        }
      }
      default -> throw new IllegalStateException(this + " is not floating");
    }
  }

  /** IEEE 754 binary16 to binary32, exact. */
  static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0x1f) { // infinite or NaN
      return Float.intBitsToFloat(sign | 0x7f800000 | fraction << 13);
    }
    if (exponent == 0) { // zero or subnormal: fraction · 2^-24
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | (exponent - 15 + 127) << 23 | fraction << 13);
  }
}

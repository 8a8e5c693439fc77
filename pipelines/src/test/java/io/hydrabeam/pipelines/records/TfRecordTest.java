package io.hydrabeam.pipelines.records;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TfRecordTest {

  private static byte[] write(byte[]... records) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TfRecordWriter writer = new TfRecordWriter(bytes)) {
      for (byte[] record : records) {
        writer.write(record);
      }
    }
    return bytes.toByteArray();
  }

  private static List<byte[]> read(byte[] file, int limit) throws IOException {
    List<byte[]> records = new ArrayList<>();
    try (TfRecordReader reader =
        new TfRecordReader(new ByteArrayInputStream(file), "f", limit, 0)) {
      for (byte[] record; (record = reader.next()) != null; ) {
        records.add(record);
      }
      assertThat(reader.offset()).isEqualTo(file.length);
    }
    return records;
  }

  /** CRC-32C of 32 zero bytes is 8a9136aa (RFC 3720, B.4), here masked. */
  @Test
  void maskedCrc_knownBytes_equalsPublishedValue() {
    int crc = 0x8a9136aa;
    int masked = Integer.rotateRight(crc, 15) + 0xa282ead8;

    assertThat(TfRecordWriter.maskedCrc(new byte[32], 32)).isEqualTo(masked);
  }

  /** Bytes worked out from the format's description by another program. */
  @Test
  void write_foo_equalsGoldenBytes() throws IOException {
    assertThat(HexFormat.of().formatHex(write("foo".getBytes(StandardCharsets.UTF_8))))
        .isEqualTo("0300000000000000b099490e666f6f618abefe");
  }

  @Test
  void read_whatWasWritten_isTheSame() throws IOException {
    byte[][] records = {new byte[0], {1}, new byte[100_000]};

    List<byte[]> back = read(write(records), 1 << 20);

    assertThat(back).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(back.get(i)).isEqualTo(records[i]);
    }
  }

  @Test
  void read_cutAnywhere_saysWhere() throws IOException {
    byte[] file = write(new byte[] {1, 2, 3}, new byte[] {4, 5});
    for (int length = 20; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      IOException thrown = assertThrows(IOException.class, () -> read(cut, 10));
      assertThat(thrown).hasMessageThat().startsWith("f: the record at byte 19 is cut: its ");
    }
  }

  @Test
  void read_anyByteChanged_isNoticed() throws IOException {
    byte[] file = write(new byte[] {1, 2, 3}, new byte[] {4, 5});
    for (int i = 0; i < file.length; i++) {
      byte[] changed = file.clone();
      changed[i] ^= 4;
      IOException thrown = assertThrows(IOException.class, () -> read(changed, 1 << 20));
      assertThat(thrown).hasMessageThat().contains("is damaged: checksum of its ");
    }
  }

  @Test
  void read_lengthAboveLimit_allocatesNothing() throws IOException {
    ByteBuffer header = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(Long.MAX_VALUE);
    header.putInt(TfRecordWriter.maskedCrc(header.array(), 8));

    IOException thrown = assertThrows(IOException.class, () -> read(header.array(), 1 << 30));

    assertThat(thrown).hasMessageThat().contains("9223372036854775807 bytes, more than the limit");
  }
}

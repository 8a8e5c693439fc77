package io.hydrabeam.pipelines.benchmarks;

import io.hydrabeam.pipelines.records.TfRecordReader;
import io.hydrabeam.pipelines.records.TfRecordWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;

/**
 * TFRecords in memory: 64 records of 156,250 bytes, about an image of 224 x 224 pixels each, 10 MB in all.
 * Operations are megabytes, so that the score is MB/s.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class RecordBenchmark extends Microbenchmark {
  private static final int RECORDS = 64;
  private static final int RECORD_BYTES = 156_250;
  private static final int MEGABYTES = 10;

  private final byte[] record = new byte[RECORD_BYTES];
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(RECORDS * RECORD_BYTES * 2);
  private byte[] stored = new byte[0];

  @Setup
  public void prepare() throws IOException {
    new Random(1).nextBytes(record);
    write();
    stored = out.toByteArray();
  }

  @Benchmark
  @OperationsPerInvocation(MEGABYTES)
  public int write() throws IOException {
    out.reset();
    try (TfRecordWriter writer = new TfRecordWriter(out)) {
      for (int i = 0; i < RECORDS; i++) {
        writer.write(record);
      }
    }
    return out.size();
  }

  @Benchmark
  @OperationsPerInvocation(MEGABYTES)
  public int readAndVerify() throws IOException {
    int bytes = 0;
    try (TfRecordReader reader =
        new TfRecordReader(new ByteArrayInputStream(stored), "memory", RECORD_BYTES, 0)) {
      for (byte[] next = reader.next(); next != null; next = reader.next()) {
        bytes += next.length;
      }
    }
    return bytes;
  }

  @Benchmark
  @OperationsPerInvocation(MEGABYTES)
  public long crc() {
    CRC32C crc = new CRC32C();
    for (int i = 0; i < RECORDS; i++) {
      crc.update(record, 0, RECORD_BYTES);
    }
    return crc.getValue();
  }
}

package io.hydrabeam.pipelines.gcs;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.testing.gcs.FakeGcs;
import io.hydrabeam.testing.gcs.GcsFault;
import io.hydrabeam.testing.gcs.GcsOperation;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files at gs:// over HTTP, with what goes wrong there. */
final class GcsStorageTest {
  private static final String FILE = "gs://here/deep/folder/file name+1.bin";
  private static final String NAME = "deep/folder/file name+1.bin";

  private FakeGcs gcs;

  @BeforeEach
  void start() throws IOException {
    gcs = FakeGcs.start("here");
    FileSystems.setDefaultPipelineOptions(
        PipelineOptionsFactory.fromArgs(gcs.options().toArray(String[]::new)).create());
  }

  @AfterEach
  void stop() {
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    gcs.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] large() {
    byte[] bytes = new byte[300_000];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  private static void write(String file, byte[] contents) throws IOException {
    try (OutputStream out = Storage.create(file)) {
      out.write(contents);
    }
  }

  private static byte[] read(String file) throws IOException {
    try (InputStream in = Storage.open(file)) {
      return in.readAllBytes();
    }
  }

  @Test
  void create_thenRead_givesTheSame() throws IOException {
    write(FILE, large());
    assertThat(gcs.objects("here").keySet()).containsExactly(NAME);
    assertThat(read(FILE)).isEqualTo(large());
    assertThat(Storage.find(FILE).get().sizeBytes()).isEqualTo(large().length);
    write("gs://here/empty", new byte[0]);
    assertThat(read("gs://here/empty")).isEmpty();
  }

  @Test
  void openSeekable_anyPlace_isRead() throws IOException {
    gcs.put("here", NAME, large());
    try (SeekableByteChannel channel = Storage.openSeekable(FILE)) {
      channel.position(200_001);
      ByteBuffer buffer = ByteBuffer.allocate(3);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
      byte[] all = large();
      assertThat(buffer.array()).isEqualTo(new byte[] {all[200_001], all[200_002], all[200_003]});
    }
  }

  @Test
  void open_missing_isNotFound() {
    assertThrows(FileNotFoundException.class, () -> read("gs://here/missing"));
    assertThrows(FileNotFoundException.class, () -> read("gs://elsewhere/missing"));
  }

  @Test
  void list_manyPages_findsAll() throws IOException {
    for (int i = 0; i < 2500; i++) {
      gcs.put("here", "many/%04d/file".formatted(i), new byte[] {1});
    }
    gcs.put("here", "other/file", new byte[] {1});
    assertThat(Storage.list("gs://here/many", "*/file")).hasSize(2500);
    assertThat(Storage.list("gs://here/none", "**")).isEmpty();
    assertThat(gcs.count(GcsOperation.LIST)).isAtLeast(4);
  }

  @Test
  void rename_andDelete() throws IOException {
    gcs.put("here", "from", bytes("new"));
    gcs.put("here", "to", bytes("old"));
    Storage.rename("gs://here/from", "gs://here/to");
    assertThat(read("gs://here/to")).isEqualTo(bytes("new"));
    Storage.delete(List.of("gs://here/to", "gs://here/missing"));
    assertThat(gcs.objects("here")).isEmpty();
  }

  @Test
  void createIfAbsent_secondTime_isRefused() throws IOException {
    assertThat(Storage.createIfAbsent(FILE, bytes("first"))).isTrue();
    assertThat(Storage.createIfAbsent(FILE, bytes("second"))).isFalse();
    assertThat(read(FILE)).isEqualTo(bytes("first"));
  }

  @Test
  void createIfAbsent_atOnce_oneWins() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> attempts = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        byte[] own = bytes("attempt " + i);
        attempts.add(() -> Storage.createIfAbsent(FILE, own));
      }
      int won = 0;
      for (Future<Boolean> attempt : threads.invokeAll(attempts)) {
        won += attempt.get() ? 1 : 0;
      }
      assertThat(won).isEqualTo(1);
      assertThat(gcs.count(GcsOperation.INSERT)).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void createIfAbsent_busyService_isTriedAgain() throws IOException {
    gcs.fail(1, GcsOperation.INSERT, "file", GcsFault.status(429));
    gcs.fail(1, GcsOperation.INSERT, "file", GcsFault.status(503));
    gcs.fail(1, GcsOperation.INSERT, "file", GcsFault.slow(300));
    assertThat(Storage.createIfAbsent(FILE, bytes("first"))).isTrue();
    assertThat(gcs.faultsHappened()).isEqualTo(3);
  }

  @Test
  void createIfAbsent_lostAnswer_isDoneAndSaysNo() throws IOException {
    gcs.fail(1, GcsOperation.INSERT, "file", GcsFault.lostAnswer());
    assertThat(Storage.createIfAbsent(FILE, bytes("mine"))).isFalse();
    assertThat(read(FILE)).isEqualTo(bytes("mine"));
  }

  @Test
  void createIfAbsent_cutAnswer_isDoneAndSaysNo() throws IOException {
    gcs.fail(1, GcsOperation.INSERT, "file", GcsFault.cutBody());
    assertThat(Storage.createIfAbsent(FILE, bytes("mine"))).isFalse();
    assertThat(read(FILE)).isEqualTo(bytes("mine"));
  }

  @Test
  void createIfAbsent_refused_saysWhy() {
    IOException missing =
        assertThrows(
            IOException.class, () -> Storage.createIfAbsent("gs://elsewhere/file", bytes("x")));
    assertThat(missing).hasMessageThat().contains("answered 404, no such bucket");
    gcs.fail(1, GcsOperation.INSERT, "file", GcsFault.status(403));
    IOException denied =
        assertThrows(IOException.class, () -> Storage.createIfAbsent(FILE, bytes("x")));
    assertThat(denied).hasMessageThat().contains("answered 403, access is denied");
  }

  @Test
  void read_faults_givesTheSame() throws IOException {
    gcs.put("here", NAME, large());
    gcs.fail(1, GcsOperation.READ, "file", GcsFault.cutBody());
    gcs.fail(1, GcsOperation.READ, "file", GcsFault.status(503));
    gcs.fail(1, GcsOperation.STAT, "file", GcsFault.status(429));
    assertThat(read(FILE)).isEqualTo(large());
    assertThat(gcs.faultsHappened()).isEqualTo(3);
  }

  @Test
  void write_faults_givesTheSame() throws IOException {
    gcs.fail(1, GcsOperation.UPLOAD_START, "file", GcsFault.status(503));
    gcs.fail(1, GcsOperation.UPLOAD, "file", GcsFault.lostAnswer());
    gcs.fail(1, GcsOperation.UPLOAD, "file", GcsFault.status(503));
    write(FILE, large());
    assertThat(gcs.objects("here").get(NAME)).isEqualTo(large());
    assertThat(gcs.faultsHappened()).isEqualTo(3);
  }

  @Test
  void questions_cutAnswers_areAskedAgain() throws IOException {
    gcs.put("here", NAME, large());
    gcs.fail(2, GcsOperation.STAT, "file", GcsFault.cutBody());
    assertThat(read(FILE)).isEqualTo(large());
    gcs.fail(2, GcsOperation.STAT, "file", GcsFault.cutBody());
    assertThat(Storage.find(FILE)).isPresent();
    gcs.fail(2, GcsOperation.LIST, "", GcsFault.cutBody());
    assertThat(Storage.list("gs://here/deep", "**")).hasSize(1);
    assertThat(gcs.faultsHappened()).isEqualTo(6);
  }
}

package io.hydrabeam.model.text;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.TextConfig;
import io.hydrabeam.model.checkpoint.TextTower;
import io.hydrabeam.model.infer.TextEncoder;
import io.hydrabeam.model.params.ParameterName;
import io.hydrabeam.model.weights.HostTensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A classifier made from the names of its classes (arXiv 2103.00020): a class's column is the mean
 * of its prompts' features, each of length 1, brought to length 1 again; the bias is zero.
 *
 * <p>Made in two steps: {@link #of} looks at the prompts only, which is enough for the {@link
 * #hash}; {@link #compute} runs the tower. Memory is that of the tower and of one batch, whatever
 * the number of prompts.
 */
public final class TextHead {

  private static final Logger LOG = LoggerFactory.getLogger(TextHead.class);

  /** Prompts that run together; more are not faster. */
  private static final int BATCH = 64;

  private final TextConfig config;
  private final String towerHash;
  private final ClipTokenizer tokenizer;
  private final TaskPrompts prompts;
  private final Truncation truncation;
  private final int tokens;
  private final int cut;
  private final String hash;

  private TextHead(
      TextConfig config,
      String towerHash,
      ClipTokenizer tokenizer,
      TaskPrompts prompts,
      Truncation truncation) {
    this.config = config;
    this.towerHash = towerHash;
    this.tokenizer = tokenizer;
    this.prompts = prompts;
    this.truncation = truncation;
    MessageDigest digest = sha256();
    digest.update(towerHash.getBytes(StandardCharsets.UTF_8));
    digest.update(ints(prompts.classes().size(), prompts.templates().size()));
    int longest = 0;
    int tooLong = 0;
    for (int i = 0; i < count(); i++) {
      TokenSequence sequence = sequence(i);
      digest.update(ints(sequence.ids()));
      // No token sees a later one, so all that stands behind the one that is read can go.
      longest = Math.max(longest, sequence.read() + 1);
      tooLong += sequence.cut() ? 1 : 0;
    }
    this.tokens = longest;
    this.cut = tooLong;
    this.hash = HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Prepares a head.
   *
   * @param config sizes of the text tower
   * @param towerHash {@link TextTower#hash}
   * @throws IllegalArgumentException if the vocabulary is not the tower's
   */
  public static TextHead of(
      TextConfig config,
      String towerHash,
      ClipTokenizer tokenizer,
      TaskPrompts prompts,
      Truncation truncation) {
    if (tokenizer.size() != config.vocabulary()) {
      throw new IllegalArgumentException(
          "the vocabulary has %d tokens, the backbone's text tower %d"
              .formatted(tokenizer.size(), config.vocabulary()));
    }
    return new TextHead(config, towerHash, tokenizer, prompts, truncation);
  }

  /** SHA-256 in hex over all that the head depends on: the tower and the prompts' token ids. */
  public String hash() {
    return hash;
  }

  /** Number of prompts: classes times templates. */
  public int count() {
    return Math.multiplyExact(prompts.classes().size(), prompts.templates().size());
  }

  /** Number of prompts that are too long for the tower, and were cut. */
  public int cut() {
    return cut;
  }

  /**
   * Runs the tower.
   *
   * @return {@code head/kernel} [embedding, classes] and {@code head/bias} [classes]
   * @throws IllegalArgumentException if the tower is not the one that this was prepared for
   * @throws IllegalStateException if a prompt's feature has no direction: zero, NaN or infinite
   */
  public Map<String, HostTensor> compute(TextTower tower, TensorFlowRuntime runtime) {
    if (!tower.hash().equals(towerHash)) {
      throw new IllegalArgumentException(
          "the text tower's hash is %s, expected %s".formatted(tower.hash(), towerHash));
    }
    int classes = prompts.classes().size();
    HostTensor kernel = HostTensor.zeros(config.embedding(), classes);
    HeadColumns columns = new HeadColumns(kernel, prompts.templates().size());
    long begin = System.nanoTime();
    int batch = Math.min(BATCH, count());
    try (TextEncoder encoder = TextEncoder.open(tower, tokens, batch, runtime)) {
      for (int start = 0; start < count(); start += batch) {
        List<int[]> sequences = new ArrayList<>();
        for (int i = start; i < Math.min(start + batch, count()); i++) {
          sequences.add(Arrays.copyOf(sequence(i).ids(), tokens));
        }
        for (float[] feature : encoder.features(sequences)) {
          columns.add(feature);
        }
      }
    }
    LOG.info(
        "head from {} prompts of {} classes in {} s",
        count(),
        classes,
        (System.nanoTime() - begin) / 1_000_000_000);
    Map<String, HostTensor> head = new LinkedHashMap<>();
    head.put(ParameterName.HEAD_KERNEL, kernel);
    head.put(ParameterName.HEAD_BIAS, HostTensor.zeros(classes));
    return head;
  }

  private TokenSequence sequence(int prompt) {
    return tokenizer.sequence(text(prompt), config.context(), truncation);
  }

  private String text(int prompt) {
    int templates = prompts.templates().size();
    return prompts.prompt(prompt / templates, prompt % templates);
  }

  private static byte[] ints(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(Integer.BYTES * values.length);
    buffer.asIntBuffer().put(values);
    return buffer.array();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

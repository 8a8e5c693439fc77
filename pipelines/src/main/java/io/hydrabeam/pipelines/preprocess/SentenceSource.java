package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.model.text.EncodedText;
import io.hydrabeam.model.text.RobertaTokenizer;
import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.fewshot.Variant;
import io.hydrabeam.pipelines.records.TextRecord;
import io.hydrabeam.pipelines.sentences.SentenceFiles;
import io.hydrabeam.pipelines.sentences.SentenceRow;
import io.hydrabeam.pipelines.sentences.Vocabulary;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.ImageReference;
import io.hydrabeam.protos.Table;
import io.hydrabeam.protos.Task;
import io.hydrabeam.protos.TextOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.beam.sdk.io.fs.MatchResult;

/** Sentences and pairs from tables, tokenized for a RoBERTa. */
final class SentenceSource implements StreamedSource {

  private static final long serialVersionUID = 1L;

  /** Of a record: what its fields' names and lengths take. */
  private static final int BYTES_BESIDE = 150;

  /** Of a byte of text: itself, and its share of a token of up to three bytes. */
  private static final int BYTES_EACH = 2;

  /** A sentence is tokenized in less time than it takes to wake a thread. */
  private static final int TOGETHER = 32;

  /** Those of this process, by their files' hash. */
  private static final Map<String, RobertaTokenizer> TOKENIZERS = new HashMap<>();

  private final String root;

  private final String vocabulary;

  private final TextOptions options;

  private SentenceSource(String root, String vocabulary, TextOptions options) {
    this.root = root;
    this.vocabulary = vocabulary;
    this.options = options;
  }

  /**
   * A source.
   *
   * @param root folder of all tasks
   * @param vocabulary {@code vocab.json}, with {@code merges.txt} beside it
   * @param tokens longest sequence
   * @throws HydraException usage, if the vocabulary is not one
   */
  static SentenceSource of(String root, String vocabulary, int tokens) {
    try {
      Vocabulary loaded = Vocabulary.load(vocabulary);
      synchronized (TOKENIZERS) {
        TOKENIZERS.put(loaded.hash(), loaded.tokenizer());
      }
      return new SentenceSource(
          root,
          vocabulary,
          TextOptions.newBuilder()
              .setTokens(tokens)
              .setVocabularyHash(loaded.hash())
              .setVocabularySize(loaded.tokenizer().size())
              .build());
    } catch (IOException e) {
      throw HydraException.usage("--vocabulary: " + HydraException.reason(e));
    }
  }

  private RobertaTokenizer tokenizer() throws IOException {
    synchronized (TOKENIZERS) {
      RobertaTokenizer known = TOKENIZERS.get(options.getVocabularyHash());
      if (known == null) {
        SentenceSource loaded = of(root, vocabulary, options.getTokens());
        if (!loaded.options.equals(options)) {
          throw new IOException(vocabulary + " has changed since the work was planned");
        }
        known = Objects.requireNonNull(TOKENIZERS.get(options.getVocabularyHash()));
      }
      return known;
    }
  }

  @Override
  public RecordKind kind() {
    return RecordKind.TEXT;
  }

  @Override
  public String identity() {
    return "sentence tables, version 1, vocabulary %s, %d tokens"
        .formatted(options.getVocabularyHash(), options.getTokens());
  }

  @Override
  public ImageOptions options(ImageOptions asked) {
    return ImageOptions.newBuilder().setText(options).build();
  }

  @Override
  public void check(List<Task> tasks) throws IOException {
    List<String> missing = new ArrayList<>();
    for (Task task : tasks) {
      SentenceFiles files = new SentenceFiles(root, task);
      for (Table table : task.getSentences().getTableList()) {
        if (!table.getSplit().equals(Splits.HIDDEN) && files.find(table).isEmpty()) {
          missing.add(task.getSentences().getFolder() + "/" + table.getFile());
        }
      }
    }
    if (!missing.isEmpty()) {
      throw HydraException.usage(
          "--input=%s lacks %s (.tsv or .jsonl)%s; tasks --verbose tells what it must hold"
              .formatted(
                  root,
                  missing.get(0),
                  missing.size() == 1 ? "" : " and %d more".formatted(missing.size() - 1)));
    }
  }

  @Override
  public List<ImageReference> references(Task task, Variant variant, String split)
      throws IOException {
    List<ImageReference> references = new ArrayList<>();
    new SentenceFiles(root, task).read(split, (reference, row) -> references.add(reference));
    return references;
  }

  @Override
  public String state(Task task, Variant variant) throws IOException {
    SentenceFiles files = new SentenceFiles(root, task);
    List<MatchResult.Metadata> found = new ArrayList<>();
    for (String split : splits(variant)) {
      found.addAll(files.found(split));
    }
    return found.stream()
        .map(file -> "%s %d".formatted(file.resourceId().getFilename(), file.sizeBytes()))
        .collect(Collectors.joining("\n"));
  }

  private static List<String> splits(Variant variant) {
    return variant.hidden() ? List.of(Splits.HIDDEN) : Splits.SENTENCES.stored();
  }

  @Override
  public boolean hasHidden(Task task) throws IOException {
    return !new SentenceFiles(root, task).found(Splits.HIDDEN).isEmpty();
  }

  @Override
  public List<String> classNames(Task task) {
    return task.getSentences().getLabelList();
  }

  @Override
  public int together() {
    return TOGETHER;
  }

  @Override
  public List<String> notes(Task task, Map<String, Integer> sizes) {
    List<String> notes = new ArrayList<>();
    for (String split : List.of(Splits.SENTENCES.train(), Splits.TEST, Splits.HIDDEN)) {
      Integer published = task.getPublishedSizeMap().get(split);
      Integer rows = sizes.get(split);
      if (published != null && rows != null && !published.equals(rows)) {
        notes.add(
            "%,d usable %s rows, the published tables have %,d: %s"
                .formatted(
                    rows,
                    split,
                    published,
                    split.equals(Splits.HIDDEN)
                        ? "the server refuses predictions of other rows"
                        : "scores cannot be set beside published ones"));
      }
    }
    return notes;
  }

  @Override
  public OptionalLong estimatedBytes(List<ImageReference> references) {
    return OptionalLong.of(
        references.stream()
            .mapToLong(row -> BYTES_BESIDE + BYTES_EACH * row.getSourceBytes())
            .sum());
  }

  @Override
  public List<SourceImage> probe(Task task, String split, List<ImageReference> references) {
    return List.of();
  }

  @Override
  public void stream(Task task, List<String> splits, Visitor visitor) throws IOException {
    RobertaTokenizer tokenizer = tokenizer();
    boolean pairs =
        task.getSentences().getTableList().stream()
            .anyMatch(table -> !table.getColumns().getSecond().isEmpty());
    boolean[] more = {true};
    for (String split : splits) {
      new SentenceFiles(root, task)
          .read(
              split,
              (reference, row) -> {
                if (more[0]) {
                  more[0] =
                      visitor.visit(
                          reference.getKey(),
                          () ->
                              (plan, wanted) -> prepare(tokenizer, pairs, wanted, reference, row));
                }
              });
    }
  }

  private PreparedRecord prepare(
      RobertaTokenizer tokenizer,
      boolean pairs,
      ImageReference planned,
      ImageReference read,
      SentenceRow row) {
    if (!planned.equals(read)) {
      throw HydraException.failed(
          "%s has changed while it was read; start again".formatted(planned.getWhere()));
    }
    EncodedText encoded =
        pairs
            ? tokenizer.pair(row.first(), row.second(), options.getTokens())
            : tokenizer.single(row.first(), options.getTokens());
    return PreparedText.of(text(read, row, encoded.ids()), encoded.cut());
  }

  private static TextRecord text(ImageReference reference, SentenceRow row, int... ids) {
    return new TextRecord(
        reference.getKey(),
        reference.getLabelList().stream().mapToInt(Integer::intValue).toArray(),
        reference.getNumber(),
        ids,
        row.first(),
        row.second());
  }
}

package io.hydrabeam.runners;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.TextSamples;
import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.model.text.RobertaTokenizer;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.sentences.Lines;
import io.hydrabeam.pipelines.sentences.Vocabulary;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a model says of the lines of text files: a line for each, in the order given. */
final class TextPredictions {

  static final GivenFiles FILES = new GivenFiles("texts", ".txt or .tsv", List.of(".txt", ".tsv"));

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Batches that are read before they are classified, as texts of one length go together. */
  private static final int BATCHES_READ = 16;

  private static final int[] NO_IDS = {};

  private final RobertaTokenizer tokenizer;

  private final int tokens;

  /** Sentences of a line; empty where the adapter does not tell. */
  private final Optional<Integer> sentences;

  private final Answers answers;

  private final PrintStream out;

  private final List<TextLine> waiting = new ArrayList<>();

  private long all;

  private long bad;

  /**
   * @throws HydraException usage, if the vocabulary is not the model's
   */
  TextPredictions(
      AdaptedModel model, @Nullable String vocabulary, Answers answers, PrintStream out) {
    this.tokenizer = tokenizer(model, vocabulary);
    this.tokens = model.tokens();
    this.sentences = model.sentences();
    this.answers = answers;
    this.out = out;
  }

  /** A line of a file, its token ids, and why there are none; empty where there are. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record TextLine(String file, int number, int[] ids, String problem) {}

  private static RobertaTokenizer tokenizer(AdaptedModel model, @Nullable String file) {
    if (file == null) {
      throw HydraException.usage(
          "--vocabulary=FILE is missing: the model reads texts, so it needs its vocab.json, with"
              + " merges.txt beside it");
    }
    Vocabulary vocabulary;
    try {
      vocabulary = Vocabulary.load(file);
    } catch (IOException e) {
      throw HydraException.usage("--vocabulary: " + HydraException.reason(e));
    }
    int expected = ((RobertaConfig) model.config().model()).vocabulary();
    if (vocabulary.tokenizer().size() != expected) {
      throw HydraException.usage(
          "--vocabulary=%s: has %,d tokens, the backbone %,d: it is another model's"
              .formatted(file, vocabulary.tokenizer().size(), expected));
    }
    String hash = model.vocabularyHash().orElse(vocabulary.hash());
    if (!hash.equals(vocabulary.hash())) {
      throw HydraException.usage(
          "--vocabulary=%s: is not the one that the adapter was trained with (hash %.12s, that one's"
                  .formatted(file, vocabulary.hash())
              + " %.12s)".formatted(hash));
    }
    return vocabulary.tokenizer();
  }

  PredictedRecords print(List<String> files, Classifier classifier) throws IOException {
    for (String file : files) {
      if (ImagePredictions.FILES.counts(file)) {
        throw HydraException.usage(
            "--texts: %s is an image; the adapter's model reads texts".formatted(file));
      }
    }
    for (String file : files) {
      try (InputStream in = Storage.open(file)) {
        Lines lines = new Lines(in);
        for (Lines.Line line; (line = lines.next()) != null; ) {
          waiting.add(read(file, line));
          if (waiting.size() == BATCHES_READ * classifier.batch()) {
            printWaiting(classifier);
          }
        }
      }
    }
    printWaiting(classifier);
    if (all == 0) {
      throw HydraException.usage("--texts: the files hold no line");
    }
    return new PredictedRecords("lines", all, bad);
  }

  private TextLine read(String file, Lines.Line line) {
    Optional<String> text = line.text();
    if (line.cut()) {
      return bad(file, line, "is longer than %,d bytes".formatted(Lines.LIMIT_BYTES));
    }
    if (text.isEmpty()) {
      return bad(file, line, "is not UTF-8 text");
    }
    if (text.get().isBlank()) {
      return bad(file, line, "is empty");
    }
    String[] parts = text.get().split("\t", -1);
    if (parts.length > 2 || sentences.filter(wanted -> wanted != parts.length).isPresent()) {
      return bad(
          file,
          line,
          "has %d columns, divided by tabs; expected %s".formatted(parts.length, expected()));
    }
    for (String part : parts) {
      if (part.isBlank()) {
        return bad(file, line, "one of its two sentences is empty");
      }
    }
    int[] ids =
        (parts.length == 1
                ? tokenizer.single(parts[0], tokens)
                : tokenizer.pair(parts[0], parts[1], tokens))
            .ids();
    return new TextLine(file, line.number(), ids, "");
  }

  private String expected() {
    return sentences
        .map(wanted -> wanted == 1 ? "a sentence alone" : "two sentences with a tab between them")
        .orElse("a sentence, or two with a tab between them");
  }

  private static TextLine bad(String file, Lines.Line line, String problem) {
    return new TextLine(file, line.number(), NO_IDS, problem);
  }

  private void printWaiting(Classifier classifier) throws IOException {
    int[][] ids =
        waiting.stream()
            .filter(line -> line.problem().isEmpty())
            .map(TextLine::ids)
            .toArray(int[][]::new);
    float[][] of = answers.of(classifier, new TextSamples(ids));
    int next = 0;
    for (TextLine text : waiting) {
      ObjectNode line = JSON.createObjectNode().put("text", text.file()).put("line", text.number());
      if (text.problem().isEmpty()) {
        answers.put(line, of[next++]);
      } else {
        line.put("error", text.problem());
      }
      out.println(JSON.writeValueAsString(line));
    }
    all += waiting.size();
    bad += waiting.size() - ids.length;
    waiting.clear();
  }
}

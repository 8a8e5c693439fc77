package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.TextConfig;
import io.hydrabeam.model.text.ClipTokenizer;
import io.hydrabeam.model.text.PromptFile;
import io.hydrabeam.model.text.TaskPrompts;
import io.hydrabeam.model.text.TextHead;
import io.hydrabeam.model.text.Truncation;
import io.hydrabeam.pipelines.backbones.Backbones;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.LocalFile;
import io.hydrabeam.pipelines.storage.LocalFiles;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.Quirk;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Task;
import io.hydrabeam.protos.TextHeadRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Heads from the text features of class names, one for each task and its prompts. What they depend
 * on is hashed here; they are computed by {@link MakeTextHeads}.
 */
final class TextHeads implements HeadSource {
  /** Folder in the run's that holds them. */
  private static final String FOLDER = "text_heads";

  private static final Logger LOG = LoggerFactory.getLogger(TextHeads.class);

  private final TrainOptions options;
  private final TextConfig tower;
  private final Truncation truncation;
  private final @Nullable PromptFile prompts;
  private final Map<String, TextHeadRequest> requests = new LinkedHashMap<>();
  private final Map<String, String> keys = new LinkedHashMap<>();
  private @Nullable ClipTokenizer tokenizer;

  TextHeads(TrainOptions options, TextConfig tower, Set<Quirk> quirks) {
    this.options = options;
    this.tower = tower;
    this.truncation =
        quirks.contains(Quirk.LOST_END_TOKEN) ? Truncation.LOSE_END : Truncation.KEEP_END;
    this.prompts = readPrompts(options.getPrompts());
  }

  @Override
  public String keyText(Task task, DatasetInfo info, Recipe recipe) {
    if (options.getHeadStart() == HeadStart.AUTO && !recipe.getBatchNorm()) {
      return "";
    }
    if (prompts == null && info.getDataHash().isEmpty()) {
      // The examples, which name the classes, are still to be made.
      return HeadStart.textKey("");
    }
    TaskPrompts of = prompts(task, info);
    return keys.computeIfAbsent(
        task.getName() + " " + of.classes(), unused -> request(task.getName(), of));
  }

  @Override
  public String runText() {
    return "text %s %s"
        .formatted(truncation, prompts == null ? "" : new TreeMap<>(prompts.tasks()));
  }

  @Override
  public String folder(String runFolder, String headHash) {
    TextHeadRequest request = requests.get(headHash);
    return request == null ? "" : folder(runFolder, request);
  }

  @Override
  public List<TextHeadRequest> requests(String runFolder) {
    return requests.values().stream()
        .map(request -> request.toBuilder().setFolder(folder(runFolder, request)).build())
        .toList();
  }

  private static String folder(String runFolder, TextHeadRequest request) {
    return "%s/%s/%s-%.16s".formatted(runFolder, FOLDER, request.getTask(), request.getHash());
  }

  private String request(String task, TaskPrompts of) {
    TextHead head =
        TextHead.of(
            tower, Backbones.loadText(options.getBackbone()).hash(), tokenizer(), of, truncation);
    if (head.cut() > 0) {
      LOG.warn(
          "{}: {} of {} prompts are longer than the text tower's {} tokens and were cut",
          task,
          head.cut(),
          head.count(),
          tower.context());
    }
    String key = HeadStart.textKey(head.hash());
    requests.put(
        key,
        TextHeadRequest.newBuilder()
            .setTask(task)
            .setHash(head.hash())
            .setBackbone(options.getBackbone())
            .setVocabulary(String.valueOf(options.getVocabulary()))
            .addAllClassName(of.classes())
            .addAllTemplate(of.templates())
            .setLosesEndToken(truncation == Truncation.LOSE_END)
            .build());
    return key;
  }

  private TaskPrompts prompts(Task task, DatasetInfo info) {
    if (prompts != null) {
      try {
        return prompts.forTask(task.getName(), task.getClasses());
      } catch (IOException e) {
        throw usage(e);
      }
    }
    List<String> names = info.getClassNameList();
    if (names.size() != task.getClasses()) {
      throw HydraException.usage(
          "%s: the examples name %d of its %d classes, so its head cannot start from text: give"
                  .formatted(task.getName(), names.size(), task.getClasses())
              + " --prompts=FILE or --headStart=zero");
    }
    return TaskPrompts.generic(names);
  }

  private ClipTokenizer tokenizer() {
    if (tokenizer == null) {
      String file = options.getVocabulary();
      if (file == null) {
        throw HydraException.usage(
            "heads start from text features, which need CLIP's vocabulary: give --vocabulary=FILE"
                + " (bpe_simple_vocab_16e6.txt.gz, or vocab.json with merges.txt beside it) or"
                + " --headStart=zero");
      }
      tokenizer = loadTokenizer(file);
    }
    return tokenizer;
  }

  /** Reads a vocabulary. */
  static ClipTokenizer loadTokenizer(String file) {
    try {
      try (LocalFile local = LocalFiles.open(file, ClipTokenizer.MERGES)) {
        return ClipTokenizer.load(local.path());
      }
    } catch (IOException e) {
      throw usage(e);
    }
  }

  private static @Nullable PromptFile readPrompts(@Nullable String file) {
    try {
      if (file == null) {
        return null;
      }
      try (LocalFile local = LocalFiles.open(file)) {
        return PromptFile.read(local.path());
      }
    } catch (IOException e) {
      throw usage(e);
    }
  }

  private static HydraException usage(IOException e) {
    return new HydraException(HydraException.USAGE, HydraException.reason(e), e);
  }
}

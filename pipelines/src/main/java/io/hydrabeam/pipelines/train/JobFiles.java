package io.hydrabeam.pipelines.train;

import com.google.protobuf.util.JsonFormat;
import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.checkpoint.AdapterCheckpoint;
import io.hydrabeam.model.checkpoint.AdapterConfig;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.train.TrainingResult;
import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.storage.ArtifactCommit;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.ImageOptions;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Resize;
import io.hydrabeam.protos.SweepPoint;
import io.hydrabeam.protos.TrainingJob;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes a finished training to its job's folder, as a whole. */
public final class JobFiles {
  /** Note in an adapter of how its images were resized, where they were not squashed. */
  public static final String RESIZE = "resize";

  /** Note in an adapter of texts of the longest sequence that it was trained on. */
  public static final String TOKENS = "maxTokens";

  /** Note of the hash of the vocabulary that its texts were tokenized with. */
  public static final String VOCABULARY = "vocabularyHash";

  /** Note of how many sentences its records have: 1, or 2 for pairs. */
  public static final String SENTENCES = "sentences";

  /** What a sweep tried. */
  static final String SWEEP = "sweep.jsonl";

  private JobFiles() {}

  /**
   * Commits the job's files.
   *
   * @param info of the records that were trained on
   * @param stacked jobs that were trained in the same graph, this one included
   * @param seconds that the job took, wall time
   * @return what the folder's marker says; if another attempt was first, what that one wrote
   */
  static JobResult commit(
      TrainingJob job,
      Backbone backbone,
      DatasetInfo info,
      TrainingResult result,
      int stacked,
      double seconds)
      throws IOException {
    JobResult.Builder content =
        JobResult.newBuilder()
            .setJobId(job.getJobId())
            .setKey(job.getKey())
            .setTrainableParameters(result.trainableParameters())
            .setTotalParameters(result.totalParameters())
            .setFrozenHash(result.frozenHash())
            .setEpoch(result.epoch())
            .setTrainLoss(result.lastLoss())
            .setTrainSeconds(seconds);
    if (stacked > 1) {
      content.setStacked(stacked);
    }
    result.evalScore().ifPresent(content::setEvalScore);
    result.diverged().ifPresent(content::setDiverged);
    ArtifactFolder folder = ArtifactFolder.at(job.getOutput());
    try (ArtifactCommit commit = folder.begin()) {
      if (!job.getScoreOnly()) {
        addAdapter(commit, config(job.getKey(), backbone, info), result);
        addEvents(commit, job.getKey().getEvalSplit(), result);
      }
      addHistory(commit, job.getKey().getEvalSplit(), result);
      if (job.getSweepCount() > 0) {
        addSweep(commit, job.getSweepList());
      }
      return commit(folder, commit, content.build());
    }
  }

  /**
   * Commits a job of which only the score was wanted, and there is none.
   *
   * @param reason how the training diverged
   */
  static JobResult commitDiverged(TrainingJob job, String reason, double seconds)
      throws IOException {
    JobResult content =
        JobResult.newBuilder()
            .setJobId(job.getJobId())
            .setKey(job.getKey())
            .setTrainSeconds(seconds)
            .setDiverged(reason)
            .build();
    ArtifactFolder folder = ArtifactFolder.at(job.getOutput());
    try (ArtifactCommit commit = folder.begin()) {
      return commit(folder, commit, content);
    }
  }

  private static JobResult commit(ArtifactFolder folder, ArtifactCommit commit, JobResult content)
      throws IOException {
    if (commit.commit(content)) {
      return content;
    }
    return folder
        .read(JobResult.getDefaultInstance())
        .orElseThrow(() -> new IOException("another attempt at the job was withdrawn"));
  }

  private static AdapterConfig config(JobKey key, Backbone backbone, DatasetInfo info) {
    @Nullable HydraConfig hydra = key.getMethod() == Method.HYDRA ? JobConfigs.hydra(key) : null;
    Map<String, String> provenance = new TreeMap<>();
    provenance.put("benchmark", key.getBenchmark());
    provenance.put("task", key.getTask());
    provenance.put("jobId", JobId.of(key));
    provenance.put("seed", String.valueOf(key.getSeed()));
    provenance.put("protocol", key.getProtocol().name().toLowerCase(Locale.ROOT));
    provenance.put("tunedOn", key.getTune());
    provenance.put("dataHash", key.getDataHash());
    provenance.put("trainSplit", key.getTrainSplit());
    provenance.put("hyperParameters", Recipes.describe(key.getRecipe()));
    provenance.put("hyperParametersFrom", key.getRecipe().getOrigin());
    if (key.getShots() != 0) {
      provenance.put("shots", String.valueOf(key.getShots()));
    }
    if (key.getQuirkCount() > 0) {
      provenance.put(
          "quirks",
          key.getQuirkList().stream()
              .map(quirk -> quirk.name().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(",")));
    }
    if (!key.getHeadHash().isEmpty()) {
      provenance.put("headStart", key.getHeadHash());
    }
    if (!key.getStartJob().isEmpty()) {
      provenance.put("startJob", key.getStartJob());
    }
    provenance.put("recipeVersion", String.valueOf(key.getRecipeVersion()));
    ImageOptions options = info.getImageOptions();
    if (options.hasText()) {
      provenance.put(SENTENCES, String.valueOf(Catalogs.sentences(info.getTask())));
      provenance.put(TOKENS, String.valueOf(options.getText().getTokens()));
      provenance.put(VOCABULARY, options.getText().getVocabularyHash());
    } else if (options.getResize() != Resize.SQUASH) {
      provenance.put(RESIZE, options.getResize().name().toLowerCase(Locale.ROOT));
    }
    return new AdapterConfig(
        key.getMethod(),
        hydra,
        backbone.config(),
        key.getClasses(),
        key.getRecipe().getBatchNorm(),
        key.getNormalization(),
        backbone.hash(),
        provenance);
  }

  private static void addAdapter(ArtifactCommit commit, AdapterConfig config, TrainingResult result)
      throws IOException {
    Path local = Files.createTempDirectory("hydra-adapter");
    try {
      AdapterCheckpoint.save(local, config, result.trained());
      for (String name : LocalAdapter.FILES) {
        commit.copy(local.resolve(name), name);
      }
    } finally {
      for (String name : LocalAdapter.FILES) {
        Files.deleteIfExists(local.resolve(name));
      }
      Files.deleteIfExists(local);
    }
  }

  private static void addHistory(ArtifactCommit commit, String evalSplit, TrainingResult result)
      throws IOException {
    try (OutputStream out = new BufferedOutputStream(commit.create(TrainingLog.HISTORY))) {
      TrainingLog.writeHistory(out, result.history(), evalSplit);
    }
  }

  private static void addEvents(ArtifactCommit commit, String evalSplit, TrainingResult result)
      throws IOException {
    double now = System.currentTimeMillis() / 1e3;
    try (OutputStream out = new BufferedOutputStream(commit.create(TrainingLog.EVENTS))) {
      TrainingLog.writeEvents(out, result.history(), evalSplit, now);
    }
  }

  /** A line for each candidate, in the order of the sequential search. */
  private static void addSweep(ArtifactCommit commit, List<SweepPoint> sweep) throws IOException {
    JsonFormat.Printer printer =
        JsonFormat.printer().omittingInsignificantWhitespace().preservingProtoFieldNames();
    try (OutputStream out = new BufferedOutputStream(commit.create(SWEEP))) {
      for (SweepPoint point : sweep) {
        out.write((printer.print(point) + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}

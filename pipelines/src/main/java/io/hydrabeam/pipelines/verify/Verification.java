package io.hydrabeam.pipelines.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.ProgramFingerprint;
import io.hydrabeam.pipelines.common.Progress;
import io.hydrabeam.pipelines.evaluate.ModelSetup;
import io.hydrabeam.pipelines.jobs.JobSlots;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.pipelines.storage.StoredFile;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.TensorFlow;

/**
 * Checks a published evaluation against itself and against what it was computed from: every file
 * against its hash; every score against its stored predictions; data and adapter against the hashes
 * that the score names; and of each score random images, which are classified anew, against their
 * stored predictions and the data's labels. The tables are compared with the scores. What is not
 * recomputed: reports, ablations, spectra, parameters, and images beyond the sample.
 */
public final class Verification {
  private static final String PROVENANCE = "provenance.json";
  private static final int FILE_LIMIT_BYTES = 1 << 26;

  private final Published published;
  private final Request request;
  private final Consumer<Finding> findings;
  private int stand;
  private int wrong;
  private int unchecked;
  private long images;

  private Verification(Published published, Request request, Consumer<Finding> findings) {
    this.published = published;
    this.request = request;
    this.findings = findings;
  }

  /**
   * What is asked for.
   *
   * @param images of each score that are recomputed; all, if there are fewer
   * @param seed decides which
   * @param examples folder of the TFRecords; null: where the evaluation had them
   * @param runs folder of the training runs; null: where the evaluation had them
   * @param backbone weights; null: those that the evaluation had
   * @param device where models compute
   * @param threads of one model
   * @param jobsAtOnce models at once; 0 for as many as fit
   */
  public record Request(
      int images,
      long seed,
      @Nullable String examples,
      @Nullable String runs,
      @Nullable String backbone,
      Device device,
      int threads,
      int jobsAtOnce) {
    /** Refuses what nothing could come of. */
    public Request {
      if (images <= 0 || threads <= 0 || jobsAtOnce < 0) {
        throw HydraException.usage(
            "--images=%d and --threads=%d must be 1 or more, --jobsAtOnce=%d 0 or more"
                .formatted(images, threads, jobsAtOnce));
      }
    }
  }

  /**
   * What was found.
   *
   * @param stand scores that came out as they are stored
   * @param wrong scores that did not
   * @param unchecked scores whose data or adapter could not be had
   * @param wrongFiles files beside the predictions that are not as they should be
   * @param images recomputed in all
   */
  public record Totals(int stand, int wrong, int unchecked, int wrongFiles, long images) {
    /** Whether everything stands. */
    public boolean allStand() {
      return wrong + unchecked + wrongFiles == 0;
    }
  }

  /**
   * Checks an evaluation.
   *
   * @param findings is told of each file that is wrong, then of each score, in the evaluation's
   *     order
   */
  public static Totals run(Published published, Request request, Consumer<Finding> findings)
      throws IOException, InterruptedException {
    return new Verification(published, request, findings).run();
  }

  private Totals run() throws IOException, InterruptedException {
    EvaluationResult result = published.folder().result();
    Origin origin = origin();
    Inputs inputs = Inputs.of(published.folder(), origin, request);
    ModelSetup setup =
        new ModelSetup(origin.batch(), origin.precision(), request.device(), request.threads());
    requireDevice(setup.runtime());
    int wrongFiles = files(result);
    Optional<String> unlike = origin.machine().unlike(here(setup.runtime()));
    String backbone = request.backbone() == null ? origin.backbone() : request.backbone();
    Map<String, Task> tasks = new HashMap<>();
    result.getTaskList().forEach(task -> tasks.put(task.getName(), task));
    Progress progress = Progress.of("verify", "scores");
    progress.expect(result.getScoreCount());
    JobSlots slots = JobSlots.of(request.jobsAtOnce(), setup.runtime(), 0, 0);
    int cores = Runtime.getRuntime().availableProcessors();
    ExecutorService threads = Executors.newFixedThreadPool(Math.max(cores, request.jobsAtOnce()));
    try {
      List<Future<Finding>> checks = new ArrayList<>();
      for (Score score : result.getScoreList()) {
        String seed = "%d %s %s".formatted(request.seed(), score.getRun(), score.getJobId());
        var how = new ScoreCheck.Recomputation(setup, backbone, request.images(), seed, unlike);
        Task task = tasks.get(score.getJob().getTask());
        ScoreCheck check = new ScoreCheck(published, score);
        checks.add(
            threads.submit(
                () ->
                    task == null
                        ? Finding.wrong(score.getJob().getTask(), "the evaluation has no such task")
                        : slots.run(() -> check.run(task, inputs, how))));
      }
      for (Future<Finding> check : checks) {
        count(finished(check));
        progress.done(1);
      }
    } finally {
      threads.shutdownNow();
    }
    return new Totals(stand, wrong, unchecked, wrongFiles, images);
  }

  private static void requireDevice(TensorFlowRuntime runtime) {
    try {
      var unused = runtime.sessionConfig();
    } catch (IllegalStateException e) {
      throw new HydraException(HydraException.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private static Finding finished(Future<Finding> check) throws IOException, InterruptedException {
    try {
      return check.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException unreadable) {
        throw unreadable;
      }
      throw e.getCause() instanceof RuntimeException defect ? defect : new IllegalStateException(e);
    }
  }

  private void count(Finding finding) {
    switch (finding.verdict()) {
      case OK -> stand++;
      case WRONG -> wrong++;
      case UNCHECKED -> unchecked++;
    }
    images += finding.images();
    findings.accept(finding);
  }

  /** Looks at all files but the scores' predictions; returns how many are wrong. */
  private int files(EvaluationResult result) throws IOException {
    Set<String> ofScores = new HashSet<>();
    result.getScoreList().forEach(score -> ofScores.add(score.getPredictions()));
    Set<String> names = new HashSet<>(published.files().keySet());
    names.removeAll(ofScores);
    names.addAll(Set.of(Tables.JSON_NAME, Tables.CSV_NAME, PROVENANCE));
    int found = 0;
    for (String name : names.stream().sorted().toList()) {
      Optional<String> fault = fault(name, result);
      if (fault.isPresent()) {
        found++;
        findings.accept(Finding.wrong(name, fault.get()));
      }
    }
    return found;
  }

  private Optional<String> fault(String name, EvaluationResult result) throws IOException {
    StoredFile named = published.files().get(name);
    if (named == null) {
      return Optional.of("the evaluation does not name it among its files");
    }
    String path = path(name);
    try {
      if (!StoredFile.hashed(path, name).sha256().equals(named.sha256())) {
        return Optional.of("has another SHA-256 than the evaluation names");
      }
      return switch (name) {
        case Tables.JSON_NAME -> Tables.unlikeJson(result, Storage.read(path, FILE_LIMIT_BYTES));
        case Tables.CSV_NAME ->
            Tables.unlikeCsv(
                result, new String(Storage.read(path, FILE_LIMIT_BYTES), StandardCharsets.UTF_8));
        default -> Optional.empty();
      };
    } catch (FileNotFoundException e) {
      return Optional.of("is missing");
    } catch (JsonProcessingException e) {
      return Optional.of("is not JSON");
    }
  }

  /** As told by a file that {@link #files} looks at. */
  private Origin origin() throws IOException {
    try {
      return Origin.parse(Storage.read(path(PROVENANCE), FILE_LIMIT_BYTES));
    } catch (FileNotFoundException | JsonProcessingException e) {
      return Origin.unknown();
    }
  }

  private String path(String name) {
    return Storage.resolve(published.folder().path(), name);
  }

  private static Origin.Machine here(TensorFlowRuntime runtime) {
    return new Origin.Machine(ProgramFingerprint.hex(), TensorFlow.version(), runtime.deviceName());
  }
}

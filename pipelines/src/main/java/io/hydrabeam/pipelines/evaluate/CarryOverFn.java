package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.Progress;
import io.hydrabeam.pipelines.evaluations.Predictions;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.pipelines.storage.StoredFile;
import io.hydrabeam.protos.Alarm;
import io.hydrabeam.protos.EvaluatedJob;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.Score;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.TupleTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes jobs' scores from an earlier evaluation: the predictions become the new folder's too, and
 * random images of each job are recomputed. A job whose predictions do not stand, because the file
 * is another, an image comes out otherwise or cannot be computed, is scored anew as a whole; images
 * that came out otherwise are told besides.
 */
final class CarryOverFn extends DoFn<EvaluationShard, EvaluatedJob> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(CarryOverFn.class);

  /** Jobs carried over, and alarms. */
  static final TupleTag<EvaluatedJob> CARRIED = new TupleTag<>() {};

  /** The jobs that are scored anew. */
  static final TupleTag<EvaluationShard> ANEW = new TupleTag<>() {};

  private final Counter carried = Metrics.counter(CarryOverFn.class, "jobsCarriedOver");
  private final Counter recomputed = Metrics.counter(CarryOverFn.class, "canaryImages");
  private final Counter alarms = Metrics.counter(CarryOverFn.class, "alarms");

  private final EvaluateSetup setup;

  /** Whether sizes are told for the benchmark's leaderboard. */
  private final boolean leaderboard;

  CarryOverFn(EvaluateSetup setup, boolean leaderboard) {
    this.setup = setup;
    this.leaderboard = leaderboard;
  }

  @ProcessElement
  public void process(@Element EvaluationShard whole, MultiOutputReceiver out)
      throws InterruptedException {
    List<Alarm> found;
    try {
      Canary canary =
          setup
              .slots()
              .run(
                  () ->
                      Canary.recompute(
                          whole,
                          setup.model(),
                          setup.canary(),
                          setup.folder() + whole.getDeterminantsHash()));
      recomputed.inc(canary.images());
      Progress.of("evaluate", RecordKind.of(whole.getInfo().getTask()).many())
          .done(canary.images());
      found = compare(whole, canary);
      if (found.isEmpty()) {
        out.get(CARRIED).output(carry(whole, canary.images()));
        carried.inc();
        return;
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      // Whatever it is: scored as a whole, the job succeeds, or fails and is listed.
      LOG.debug("{} is scored anew", whole.getJob().getFolder(), e);
      found = List.of();
    }
    alarms.inc(found.size());
    found.forEach(
        alarm -> out.get(CARRIED).output(EvaluatedJob.newBuilder().setAlarm(alarm).build()));
    out.get(ANEW).output(whole.toBuilder().clearStored().clearStoredIn().build());
  }

  private List<Alarm> compare(EvaluationShard whole, Canary canary) throws IOException {
    Score stored = whole.getStored();
    try (Predictions predictions = Predictions.open(file(whole))) {
      return canary.alarms(
          predictions,
          stored.getCarriedFrom().isEmpty() ? storedBy(whole) : stored.getCarriedFrom());
    }
  }

  private EvaluatedJob carry(EvaluationShard whole, int images) throws IOException {
    Score stored = whole.getStored();
    EvaluationFiles files = new EvaluationFiles(setup.folder());
    String path = files.joined();
    StoredFile file = copy(whole, stored.getPredictions(), stored.getPredictionsHash(), path);
    Score.Builder score = stored.toBuilder().setRun(whole.getRun()).setCanaryImages(images);
    if (stored.getCarriedFrom().isEmpty()) {
      score.setCarriedFrom(storedBy(whole));
    }
    EvaluatedJob job = EvaluatedJobs.of(score.build(), whole.getJob(), path, file, leaderboard);
    if (!stored.hasHidden()) {
      return job;
    }
    String hiddenPath = files.joined();
    try {
      return EvaluatedJobs.withHidden(
          job,
          hiddenPath,
          copy(whole, stored.getHidden().getFile(), stored.getHidden().getSha256(), hiddenPath));
    } catch (IOException | RuntimeException e) {
      Storage.delete(List.of(path));
      throw e;
    }
  }

  /** A file of the earlier evaluation, which becomes the new folder's. */
  private static StoredFile copy(EvaluationShard whole, String name, String sha256, String path)
      throws IOException {
    String from = Storage.resolve(whole.getStoredIn(), name);
    Storage.duplicate(from, path);
    StoredFile file = StoredFile.hashed(path, name);
    if (!file.sha256().equals(sha256)) {
      Storage.delete(List.of(path));
      throw HydraException.failed("%s has another SHA-256 than its score names".formatted(from));
    }
    return file;
  }

  private static String file(EvaluationShard whole) {
    return Storage.resolve(whole.getStoredIn(), whole.getStored().getPredictions());
  }

  private static String storedBy(EvaluationShard whole) {
    return whole.getStoredIn().substring(whole.getStoredIn().lastIndexOf('/') + 1);
  }

  /** Frees the models that are kept for further jobs; they are made anew if there are any. */
  @Teardown
  public void close() {
    Classifiers.shared().closeIdle();
  }
}

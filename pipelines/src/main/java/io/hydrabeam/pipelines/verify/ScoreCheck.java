package io.hydrabeam.pipelines.verify;

import io.hydrabeam.model.checkpoint.AdapterCheckpoint;
import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.evaluate.Canary;
import io.hydrabeam.pipelines.evaluate.EvaluationShards;
import io.hydrabeam.pipelines.evaluate.ModelSetup;
import io.hydrabeam.pipelines.evaluations.Predictions;
import io.hydrabeam.pipelines.jobs.FailureText;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.pipelines.storage.StoredFile;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.Task;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** One score, from its stored predictions to recomputed images. */
final class ScoreCheck {
  /** No separator, nothing that stands for several names, nothing that a terminal obeys. */
  private static final Pattern NAME = Pattern.compile("[^/\\\\*?\\[\\]{}\\p{Cntrl}]+");

  private final Published published;
  private final Score score;
  private final List<String> wrong = new ArrayList<>();
  private final List<String> unknown = new ArrayList<>();

  ScoreCheck(Published published, Score score) {
    this.published = published;
    this.score = score;
  }

  /**
   * Recomputes images of a score.
   *
   * @param setup of the model
   * @param backbone as in {@code --backbone}
   * @param images how many at most
   * @param seed text that decides which
   * @param unlike in what program and device differ from those that computed the score
   */
  record Recomputation(
      ModelSetup setup, String backbone, int images, String seed, Optional<String> unlike) {}

  /** Checks everything that can be. */
  Finding run(Task task, Inputs inputs, Recomputation how) throws IOException {
    if (score.getPredictionsHash().isEmpty() || score.getAdapterHash().isEmpty()) {
      String line = "the score names no predictions or no adapter; evaluate again";
      return new Finding(Finding.Verdict.UNCHECKED, what(), List.of(line), 0);
    }
    Optional<Tally> tally = stored(task);
    Optional<EvaluatedOn> from = inputs(task, inputs, tally);
    Optional<Recount> recount =
        tally.isPresent() && from.isPresent() ? recompute(task, from.get(), how) : Optional.empty();
    recount.ifPresent(found -> wrong.addAll(found.wrong()));
    int images = recount.map(Recount::images).orElse(0);
    if (!wrong.isEmpty()) {
      wrong.addAll(unknown);
      return new Finding(Finding.Verdict.WRONG, what(), wrong, images);
    }
    if (recount.isEmpty()) {
      return new Finding(Finding.Verdict.UNCHECKED, what(), unknown, images);
    }
    String done =
        "%,d of %,d %s recomputed, largest %s difference %s"
            .formatted(
                images,
                score.getImages(),
                RecordKind.of(task).many(),
                task.getRegression() ? "relative" : "probability",
                Recount.text(recount.get().largest()));
    return new Finding(Finding.Verdict.OK, what(), List.of(done), images);
  }

  /** What a score was computed from. */
  private record EvaluatedOn(JobResult job, String examples, DatasetInfo info) {}

  private String what() {
    return String.format(
        Locale.ROOT,
        "%s %s seed %d (%s) %.2f",
        score.getJob().getTask(),
        score.getJob().getMethod().name().toLowerCase(Locale.ROOT),
        score.getJob().getSeed(),
        score.getJobId(),
        100 * score.getScore());
  }

  private Optional<Tally> stored(Task task) throws IOException {
    String name = score.getPredictions();
    try {
      published.folder().predictions(score).close(); // its name leads nowhere else
      String path = Storage.resolve(published.folder().path(), name);
      String hash = StoredFile.hashed(path, name).sha256();
      StoredFile named = published.files().get(name);
      if (!hash.equals(score.getPredictionsHash())) {
        wrong.add("%s has another SHA-256 than the score names".formatted(name));
      } else if (named == null || !hash.equals(named.sha256())) {
        wrong.add("%s is not among the evaluation's files with this SHA-256".formatted(name));
      }
    } catch (FileNotFoundException e) {
      wrong.add(name.isEmpty() ? "no predictions are stored" : "%s is missing".formatted(name));
      return Optional.empty();
    }
    try {
      Predictions.Source source = () -> published.folder().predictions(score);
      Tally tally = Tally.of(task, source);
      wrong.addAll(tally.unlike(RecordKind.of(task), score));
      wrong.addAll(Tally.furtherUnlike(task, source, score));
      return Optional.of(tally);
    } catch (IOException e) {
      wrong.add("%s: %s".formatted(name, HydraException.reason(e)));
      return Optional.empty();
    }
  }

  private Optional<EvaluatedOn> inputs(Task task, Inputs inputs, Optional<Tally> tally)
      throws IOException {
    String run = score.getRun();
    if (!isName(run) || !isName(task.getName()) || !isName(score.getJobId())) {
      wrong.add("run %s, task %s: no names of folders".formatted(run, task.getName()));
      return Optional.empty();
    }
    Optional<DatasetInfo> data = data(task, inputs, tally);
    Optional<JobResult> job = job(inputs);
    if (data.isEmpty() || job.isEmpty()) {
      return Optional.empty();
    }
    String examples = inputs.data(task.getName()).orElseThrow().examples();
    return Optional.of(new EvaluatedOn(job.get(), examples, data.get()));
  }

  /** The test data, if they are those that the score names. */
  private Optional<DatasetInfo> data(Task task, Inputs inputs, Optional<Tally> tally)
      throws IOException {
    Inputs.Data data;
    try {
      Optional<Inputs.Data> found = inputs.data(task.getName());
      if (found.isEmpty()) {
        unknown.add(
            "no test data in %s; name --examples=FOLDER that holds them"
                .formatted(inputs.examplesPlaces()));
        return Optional.empty();
      }
      data = found.get();
    } catch (HydraException e) {
      wrong.add("the test data: " + e.line());
      return Optional.empty();
    }
    if (!data.damage().isEmpty()) {
      wrong.add("the test data are damaged: " + data.damage());
      return Optional.empty();
    }
    SplitInfo test = ExampleFolder.split(data.info(), Splits.TEST);
    Task other = data.info().getTask();
    int before = wrong.size();
    if (!test.getContentHash().equals(score.getTestHash())) {
      wrong.add(
          "the test data in %s are others (hash %.12s) than were scored (hash %.12s)"
              .formatted(data.examples(), test.getContentHash(), score.getTestHash()));
    } else if (!data.info().getImageOptions().equals(score.getImageOptions())
        || other.getClasses() != task.getClasses()
        || other.getMultilabel() != task.getMultilabel()) {
      wrong.add(
          "the test data in %s have another %s or classes than were scored"
              .formatted(
                  data.examples(),
                  task.hasSentences() ? "vocabulary, length" : "image size, resizing"));
    } else if (test.getImages() != score.getImages()) {
      wrong.add(
          "the score is of %,d %s, the test data have %,d"
              .formatted(score.getImages(), RecordKind.of(task).many(), test.getImages()));
    } else if (test.getClassCountCount() > 0
        && tally.isPresent()
        && !tally.get().classCount().equals(test.getClassCountList())) {
      wrong.add("the stored labels are not distributed over the classes as the data's are");
    }
    return wrong.size() == before
        ? Optional.of(data.info().toBuilder().setTask(task).build())
        : Optional.empty();
  }

  /** The job, if its adapter is the one that the score names. */
  private Optional<JobResult> job(Inputs inputs) throws IOException {
    Optional<JobResult> found;
    try {
      found = inputs.job(score);
    } catch (HydraException e) {
      wrong.add("the adapter: " + e.line());
      return Optional.empty();
    }
    if (found.isEmpty()) {
      unknown.add(
          "no adapter %s/%s/%s in %s; name --runs=FOLDER that holds it"
              .formatted(
                  score.getRun(), score.getJob().getTask(), score.getJobId(), inputs.runsPlaces()));
      return found;
    }
    JobResult job = found.get();
    String file = Storage.resolve(job.getFolder(), AdapterCheckpoint.TENSORS);
    String hash = StoredFile.hashed(file, AdapterCheckpoint.TENSORS).sha256();
    int before = wrong.size();
    if (!hash.equals(score.getAdapterHash())) {
      wrong.add(
          "%s is another adapter (SHA-256 %.12s) than was scored (%.12s)"
              .formatted(file, hash, score.getAdapterHash()));
    } else if (!job.getKey().equals(score.getJob()) || !job.getJobId().equals(score.getJobId())) {
      wrong.add("%s is of another job than the score says".formatted(job.getFolder()));
    } else if (job.getTrainableParameters() != score.getTrainableParameters()
        || job.getEpoch() != score.getEpoch()) {
      wrong.add(
          "%s has %,d trained parameters at epoch %d, the score says %,d at epoch %d"
              .formatted(
                  job.getFolder(),
                  job.getTrainableParameters(),
                  job.getEpoch(),
                  score.getTrainableParameters(),
                  score.getEpoch()));
    }
    return wrong.size() == before ? found : Optional.empty();
  }

  private Optional<Recount> recompute(Task task, EvaluatedOn from, Recomputation how) {
    Canary canary;
    try {
      canary =
          Canary.recompute(
              EvaluationShards.whole(
                  from.job(), score.getRun(), from.examples(), from.info(), how.backbone()),
              how.setup(),
              how.images(),
              how.seed());
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      unknown.add(
          "no %s could be computed: %s".formatted(RecordKind.of(task).one(), FailureText.of(e)));
      return Optional.empty();
    }
    try (Predictions predictions = published.folder().predictions(score)) {
      return Optional.of(
          Recount.of(
              RecordKind.of(task),
              canary.compare(predictions),
              Canary.tolerance(how.setup().precision()),
              how.unlike()));
    } catch (IOException e) {
      wrong.add(HydraException.reason(e));
      return Optional.empty();
    }
  }

  /** Whether it may stand in a path, as itself: files of others must not lead elsewhere. */
  private static boolean isName(String text) {
    return NAME.matcher(text).matches() && !text.equals(".") && !text.equals("..");
  }
}

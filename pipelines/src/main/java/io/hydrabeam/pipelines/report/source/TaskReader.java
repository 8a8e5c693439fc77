package io.hydrabeam.pipelines.report.source;

import io.hydrabeam.model.train.EpochRecord;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.evaluations.Prediction;
import io.hydrabeam.pipelines.evaluations.Predictions;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.report.ScoreTable;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.pipelines.train.JobReader;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.SweepPoint;
import io.hydrabeam.protos.Task;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads predictions, trainings and images of one task after the other. */
final class TaskReader {
  /** Test images whose shards are looked through for thumbnails, bytes of a task. */
  private static final long IMAGE_BUDGET_BYTES = 64L << 20;

  private static final int MISTAKES = 8;

  private final EvaluationFolder folder;
  private final ScoreTable table;
  private final String examples;
  private final String runs;

  /**
   * @param examples folder of the TFRecords; empty where it is not known
   * @param runs folder of the training runs; empty where it is not known
   */
  TaskReader(EvaluationFolder folder, ScoreTable table, String examples, String runs) {
    this.folder = folder;
    this.table = table;
    this.examples = examples;
    this.runs = runs;
  }

  TaskFindings read(Task task) {
    List<String> notes = new ArrayList<>();
    Map<Integer, List<Score>> scores = scores(task);
    Optional<Integer> leader = leader(scores);
    Optional<DatasetInfo> info = scores.isEmpty() ? Optional.empty() : info(task, notes);
    Optional<ImagePlaces> places = info.flatMap(of -> places(of, notes));
    WorstMistakes worst = new WorstMistakes(MISTAKES);
    Map<Integer, ClassCounts> counts = new TreeMap<>();
    List<Curve> curves = new ArrayList<>();
    Map<Integer, List<SweepPoint>> sweeps = new TreeMap<>();
    List<String> without = new ArrayList<>();
    scores.forEach(
        (row, of) -> {
          for (Score score : of) {
            boolean shown = leader.filter(row::equals).isPresent() && score.equals(of.get(0));
            count(
                task, row, score, counts, shown ? places : Optional.empty(), worst, without, notes);
            training(row, score, info, curves, sweeps, notes);
          }
        });
    if (!without.isEmpty()) {
      notes.add(
          "no predictions are stored for %d of %d jobs, as %s; nothing is told of their classes and mistakes"
              .formatted(
                  without.size(),
                  scores.values().stream().mapToInt(List::size).sum(),
                  without.get(0)));
    }
    return new TaskFindings(
        task,
        info.map(of -> List.copyOf(of.getClassNameList())).orElse(List.of()),
        scores,
        leader,
        counts,
        List.copyOf(curves),
        sweeps,
        places.map(of -> images(worst.list(), of, notes)).orElse(List.of()),
        places.map(ImagePlaces::size).orElse(0),
        notes.stream().distinct().toList());
  }

  private Map<Integer, List<Score>> scores(Task task) {
    Map<Integer, List<Score>> scores = new TreeMap<>();
    for (int row = 0; row < table.rows().size(); row++) {
      List<Score> of =
          table.rows().get(row).scores().stream()
              .filter(score -> score.getJob().getTask().equals(task.getName()))
              .sorted(Comparator.comparingLong(score -> score.getJob().getSeed()))
              .toList();
      if (!of.isEmpty()) {
        scores.put(row, of);
      }
    }
    return scores;
  }

  private static Optional<Integer> leader(Map<Integer, List<Score>> scores) {
    return scores.entrySet().stream()
        .max(
            Comparator.comparingDouble(
                row -> row.getValue().stream().mapToDouble(Score::getScore).average().orElse(0)))
        .map(Map.Entry::getKey);
  }

  private Optional<DatasetInfo> info(Task task, List<String> notes) {
    if (examples.isEmpty()) {
      return Optional.empty();
    }
    try {
      Optional<DatasetInfo> info =
          ExampleFolder.find(examples, folder.result().getBenchmark(), task.getName());
      if (info.isEmpty()) {
        notes.add(
            "no thumbnails: %s has no finished examples of %s; name other --examples"
                .formatted(examples, task.getName()));
      }
      return info;
    } catch (HydraException e) {
      notes.add("no thumbnails: " + e.line());
      return Optional.empty();
    }
  }

  private Optional<ImagePlaces> places(DatasetInfo info, List<String> notes) {
    try {
      return Optional.of(ImagePlaces.of(examples, info, IMAGE_BUDGET_BYTES));
    } catch (IOException | HydraException e) {
      notes.add("no thumbnails: " + line(e));
      return Optional.empty();
    }
  }

  private void count(
      Task task,
      int row,
      Score score,
      Map<Integer, ClassCounts> counts,
      Optional<ImagePlaces> places,
      WorstMistakes worst,
      List<String> without,
      List<String> notes) {
    try (Predictions predictions = folder.predictions(score)) {
      ClassCounts of =
          counts.computeIfAbsent(
              row, key -> new ClassCounts(task.getClasses(), task.getMultilabel()));
      for (Prediction next; (next = predictions.next()) != null; ) {
        of.add(next);
        if (places.isPresent() && places.get().holds(next.key())) {
          worst.add(next);
        }
      }
    } catch (FileNotFoundException e) {
      without.add(score.getJobId());
    } catch (IOException | IllegalArgumentException e) {
      notes.add("predictions of job %s: %s".formatted(score.getJobId(), line(e)));
    }
  }

  private void training(
      int row,
      Score score,
      Optional<DatasetInfo> info,
      List<Curve> curves,
      Map<Integer, List<SweepPoint>> sweeps,
      List<String> notes) {
    String job = "%s/%s/%s".formatted(score.getRun(), score.getJob().getTask(), score.getJobId());
    if (runs.isEmpty()) {
      return;
    }
    JobReader reader = JobReader.at(Storage.resolve(runs, job));
    try {
      List<EpochRecord> epochs = reader.history();
      if (!epochs.isEmpty()) {
        curves.add(
            new Curve(
                row,
                score.getJob().getSeed(),
                score.getJob().getEvalSplit(),
                epochs,
                score.getEpoch(),
                info.map(of -> images(of, score.getJob().getTrainSplit())).orElse(0L),
                reader.stacked()));
      }
      List<SweepPoint> sweep = reader.sweep();
      if (!sweep.isEmpty()) {
        sweeps.putIfAbsent(row, sweep);
      }
    } catch (FileNotFoundException e) {
      notes.add("no curves: %s has no training %s; name other --runs".formatted(runs, job));
    } catch (IOException | HydraException e) {
      notes.add("training %s: %s".formatted(job, line(e)));
    }
  }

  private static long images(DatasetInfo info, String split) {
    return info.getSplitList().stream()
        .filter(of -> of.getName().equals(split))
        .mapToLong(SplitInfo::getImages)
        .findFirst()
        .orElse(0);
  }

  private static List<Mistake> images(
      List<Mistake> mistakes, ImagePlaces places, List<String> notes) {
    List<Mistake> shown = new ArrayList<>();
    for (Mistake mistake : mistakes) {
      try {
        shown.add(mistake.with(places.thumbnail(mistake.key())));
      } catch (IOException e) {
        notes.add("image %s: %s".formatted(mistake.key(), line(e)));
      }
    }
    return List.copyOf(shown);
  }

  private static String line(Exception e) {
    if (e instanceof HydraException hydra) {
      return hydra.line();
    }
    return e instanceof IOException io ? HydraException.reason(io) : String.valueOf(e.getMessage());
  }
}

package io.hydrabeam.pipelines.report.source;

import io.hydrabeam.model.train.EpochRecord;
import io.hydrabeam.pipelines.catalog.RecordKind;
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

/** Reads predictions, trainings and records of one task after the other. */
final class TaskReader {
  /** Test records whose shards are looked through for what is shown, bytes of a task. */
  private static final long RECORD_BUDGET_BYTES = 64L << 20;

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
    Optional<RecordPlaces> places = info.flatMap(of -> places(of, notes));
    WorstMistakes worst = new WorstMistakes(MISTAKES);
    Map<Integer, ClassCounts> counts = new TreeMap<>();
    Optional<NumberPairs> numbers = numbers(task, leader, scores);
    List<Curve> curves = new ArrayList<>();
    Map<Integer, List<SweepPoint>> sweeps = new TreeMap<>();
    List<String> without = new ArrayList<>();
    scores.forEach(
        (row, of) -> {
          for (Score score : of) {
            boolean shown = leader.filter(row::equals).isPresent() && score.equals(of.get(0));
            Optional<RecordPlaces> here = shown ? places : Optional.empty();
            if (!task.getRegression()) {
              count(task, row, score, counts, here, worst, without, notes);
            } else if (shown) {
              count(score, numbers.orElseThrow(), here, without, notes);
            }
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
        places.map(of -> shown(worst.list(), of, notes)).orElse(List.of()),
        places.map(RecordPlaces::size).orElse(0),
        numbers.filter(of -> of.count() > 0),
        places
            .flatMap(of -> numbers.map(all -> shownMisses(all.worst(), of, notes)))
            .orElse(List.of()),
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

  private static Optional<NumberPairs> numbers(
      Task task, Optional<Integer> leader, Map<Integer, List<Score>> scores) {
    if (!task.getRegression() || leader.isEmpty()) {
      return Optional.empty();
    }
    Score shown = scores.getOrDefault(leader.get(), List.of()).get(0);
    return Optional.of(new NumberPairs(shown.getImages(), MISTAKES));
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
            "no %s are shown: %s has no finished examples of %s; name other --examples"
                .formatted(RecordKind.of(task).many(), examples, task.getName()));
      }
      return info;
    } catch (HydraException e) {
      notes.add("no %s are shown: %s".formatted(RecordKind.of(task).many(), e.line()));
      return Optional.empty();
    }
  }

  private Optional<RecordPlaces> places(DatasetInfo info, List<String> notes) {
    try {
      return Optional.of(RecordPlaces.of(examples, info, RECORD_BUDGET_BYTES));
    } catch (IOException | HydraException e) {
      notes.add("no %s are shown: %s".formatted(RecordKind.of(info.getTask()).many(), line(e)));
      return Optional.empty();
    }
  }

  private void count(
      Task task,
      int row,
      Score score,
      Map<Integer, ClassCounts> counts,
      Optional<RecordPlaces> places,
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

  private void count(
      Score score,
      NumberPairs numbers,
      Optional<RecordPlaces> places,
      List<String> without,
      List<String> notes) {
    try (Predictions predictions = folder.predictions(score)) {
      for (Prediction next; (next = predictions.next()) != null; ) {
        numbers.add(next, places);
      }
    } catch (FileNotFoundException e) {
      without.add(score.getJobId());
    } catch (IOException e) {
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

  private static List<Mistake> shown(
      List<Mistake> mistakes, RecordPlaces places, List<String> notes) {
    List<Mistake> shown = new ArrayList<>();
    for (Mistake mistake : mistakes) {
      places.find(mistake.key(), notes).ifPresent(record -> shown.add(mistake.with(record)));
    }
    return List.copyOf(shown);
  }

  private static List<Miss> shownMisses(
      List<Miss> misses, RecordPlaces places, List<String> notes) {
    List<Miss> shown = new ArrayList<>();
    for (Miss miss : misses) {
      places.find(miss.key(), notes).ifPresent(record -> shown.add(miss.with(record)));
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

package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.common.GatherAll;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.JsonLines;
import io.hydrabeam.pipelines.common.WorkerHints;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.report.Alarms;
import io.hydrabeam.pipelines.report.ScoresCsv;
import io.hydrabeam.pipelines.report.ScoresJson;
import io.hydrabeam.pipelines.report.page.ReportFiles;
import io.hydrabeam.pipelines.storage.ArtifactCommit;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.submission.Submissions;
import io.hydrabeam.protos.AdapterMeasures;
import io.hydrabeam.protos.Alarm;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.EvaluatedJob;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.transforms.resourcehints.ResourceHints;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/**
 * Gathers all jobs' scores and commits the evaluation's folder: tables, predictions, provenance.
 */
final class CommitScores extends PTransform<PCollection<EvaluatedJob>, PDone> {
  private static final long serialVersionUID = 1L;

  private final CommitFn commit;

  private CommitScores(CommitFn commit) {
    this.commit = commit;
  }

  /**
   * @param options that are told in the provenance, name to value
   */
  static CommitScores of(EvaluationPlan plan, EvaluateSetup setup, Map<String, String> options) {
    return new CommitScores(new CommitFn(plan.header(), plan.infos(), setup, options));
  }

  @Override
  public PDone expand(PCollection<EvaluatedJob> jobs) {
    // The provenance tells on which device models ran, so this needs a worker of their kind.
    ResourceHints hints = WorkerHints.of(jobs.getPipeline().getOptions());
    jobs.apply("GatherScores", GatherAll.create())
        .apply("Commit", ParDo.of(commit).setResourceHints(hints));
    return PDone.in(jobs.getPipeline());
  }

  private static final class CommitFn extends DoFn<List<EvaluatedJob>, Void> {
    private static final long serialVersionUID = 1L;

    private final EvaluationResult header;
    private final HashMap<String, DatasetInfo> infos;
    private final EvaluateSetup setup;
    private final HashMap<String, String> options;

    /**
     * When this launch began; an evaluation that is gone on with may have been begun long before.
     */
    private final long launchedMillis = System.currentTimeMillis();

    CommitFn(
        EvaluationResult header,
        Map<String, DatasetInfo> infos,
        EvaluateSetup setup,
        Map<String, String> options) {
      this.header = header;
      this.infos = new HashMap<>(infos);
      this.setup = setup;
      this.options = new HashMap<>(options);
    }

    /** Names the evaluation in the runner's user interface. */
    @Override
    public void populateDisplayData(DisplayData.Builder data) {
      data.add(DisplayData.item("evaluation", setup.folder()));
    }

    @ProcessElement
    public void process(@Element List<EvaluatedJob> all) {
      ArtifactFolder folder = ArtifactFolder.at(setup.folder());
      try (ArtifactCommit commit = folder.begin()) {
        if (folder.read(EvaluationResult.getDefaultInstance()).isPresent()) {
          return; // an attempt before this one committed; the predictions have their names by now
        }
        List<EvaluatedJob> scored = new ArrayList<>();
        List<Score> scores = new ArrayList<>();
        Map<String, AdapterMeasures> measures = new HashMap<>();
        // By job: one that cannot be loaded has neither score nor measures, and is listed once.
        Map<String, Failure> failures = new TreeMap<>();
        EvaluationResult.Builder content = header.toBuilder();
        List<Alarm> alarms = new ArrayList<>();
        for (EvaluatedJob job : all) {
          switch (job.getEndCase()) {
            case FAILURE -> failures.put(job.getFailure().getWhat(), job.getFailure());
            case ALARM -> alarms.add(job.getAlarm());
            case MEASURES ->
                measures.put(
                    id(job.getMeasures().getRun(), job.getMeasures().getJobId()),
                    job.getMeasures());
            default -> {
              scored.add(job);
              scores.add(job.getScore());
              EvaluatedJobs.files(job).forEach(commit::adopt);
            }
          }
        }
        RecordKind kind = RecordKind.of(header.getTaskList());
        alarms.sort(Comparator.comparing(alarm -> Alarms.what(kind, alarm)));
        content.addAllFailure(failures.values());
        content.addAllAlarm(alarms).addAllScore(ordered(measured(scores, measures)));
        content.setSeconds(Math.max(0, System.currentTimeMillis() - launchedMillis) / 1e3);
        content.addAllNote(Measures.lines(scores));
        content.addAllNote(Submissions.write(content.build(), scored, infos, commit));
        EvaluationResult evaluation = content.build();
        write(commit, evaluation);
        commit.commit(evaluation);
        // Written where the scores are made, so that it is there whoever waits for them.
        var unused = ReportFiles.write(EvaluationFolder.open(setup.folder()), null, null);
      } catch (IOException e) {
        throw HydraException.io("write to", setup.folder(), e);
      }
    }

    private static List<Score> measured(List<Score> scores, Map<String, AdapterMeasures> measures) {
      return scores.stream()
          .map(
              score -> {
                AdapterMeasures of = measures.get(id(score.getRun(), score.getJobId()));
                return of == null
                    ? score
                    : score.toBuilder()
                        .clearAblation()
                        .clearSpectrum()
                        .addAllAblation(of.getAblationList())
                        .addAllSpectrum(of.getSpectrumList())
                        .build();
              })
          .toList();
    }

    private static String id(String run, String jobId) {
      return run + "/" + jobId;
    }

    private void write(ArtifactCommit commit, EvaluationResult evaluation) throws IOException {
      commit.write("scores.json", utf8(ScoresJson.of(evaluation)));
      commit.write("scores.csv", utf8(ScoresCsv.of(evaluation)));
      if (evaluation.getFailureCount() > 0) {
        try (OutputStream out = commit.create("failures.jsonl")) {
          JsonLines.write(out, evaluation.getFailureList());
        }
      }
      commit.write(
          "provenance.json", utf8(Provenance.of(evaluation, infos, options, setup.runtime())));
    }

    /**
     * Group and heading as the catalog has them now; rows by run and method, then task and seed.
     */
    private List<Score> ordered(List<Score> scores) {
      Map<String, Integer> place = new HashMap<>();
      for (Task task : header.getTaskList()) {
        place.put(task.getName(), place.size());
      }
      return scores.stream()
          .map(
              score -> {
                Task task = header.getTask(place.getOrDefault(score.getJob().getTask(), 0));
                return score.toBuilder()
                    .setGroup(task.getGroup())
                    .setDisplayName(task.getDisplayName())
                    .build();
              })
          .sorted(
              Comparator.comparing(Score::getRun)
                  .thenComparing(score -> FinishedJobs.order(score.getJob().getMethod()))
                  .thenComparing(score -> place.getOrDefault(score.getJob().getTask(), 0))
                  .thenComparing(score -> score.getJob().getSeed())
                  .thenComparing(Score::getJobId))
          .toList();
    }

    private static byte[] utf8(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }
}

package io.hydrabeam.pipelines.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.pipelines.common.ProgramFingerprint;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.SplitInfo;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.beam.sdk.util.ReleaseInfo;
import org.tensorflow.TensorFlow;

/**
 * {@code provenance.json}: what a score was made from and with. Options are listed one by one, so
 * that none that holds a credential can get in.
 */
final class Provenance {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Provenance() {}

  /** The options that are told, name to value. */
  static Map<String, String> options(EvaluateOptions options) {
    Map<String, String> told = new TreeMap<>();
    told.put("benchmark", options.getBenchmark());
    told.put("tasks", options.getTasks());
    told.put("catalog", String.valueOf(options.getCatalog()));
    told.put("examples", options.getExamples());
    told.put("runs", options.getRuns());
    told.put("run", String.valueOf(options.getRun()));
    told.put("backbone", options.getBackbone());
    told.put("method", String.valueOf(options.getMethod()));
    told.put("evalBatch", String.valueOf(options.getEvalBatch()));
    told.put("canary", String.valueOf(options.getCanary()));
    told.put("precision", options.getPrecision().name().toLowerCase(Locale.ROOT));
    told.put("device", String.valueOf(options.getDevice()));
    told.put("threads", String.valueOf(options.getThreads()));
    return told;
  }

  /** The file's text. */
  static String of(
      EvaluationResult evaluation,
      Map<String, DatasetInfo> infos,
      Map<String, String> options,
      TensorFlowRuntime runtime) {
    ObjectNode root = JSON.createObjectNode();
    root.put("evaluationId", evaluation.getEvaluationId());
    root.put("started", evaluation.getStarted()).put("subjectHash", evaluation.getSubjectHash());
    ObjectNode program = root.putObject("program");
    program.put("name", "Hydra Beam").put("version", version());
    program.put("classesHash", ProgramFingerprint.hex());
    program.put("beam", ReleaseInfo.getReleaseInfo().getVersion());
    program.put("tensorflow", TensorFlow.version());
    program.put("java", Runtime.version().toString());
    ObjectNode machine = root.putObject("machine");
    machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    machine.put("cores", Runtime.getRuntime().availableProcessors());
    machine.put("device", runtime.deviceName()).put("threads", runtime.threads());
    ObjectNode given = root.putObject("options");
    new TreeMap<>(options).forEach(given::put);
    ObjectNode data = root.putObject("data");
    new TreeMap<>(infos).forEach((task, info) -> data(data.putObject(task), info));
    Set<String> backbones = new TreeSet<>();
    for (Score score : evaluation.getScoreList()) {
      job(root.withArray("jobs").addObject(), score);
      backbones.add(score.getJob().getBackboneHash());
    }
    backbones.forEach(root.withArray("backbones")::add);
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values is always written", e);
    }
  }

  private static void data(ObjectNode node, DatasetInfo info) {
    node.put("dataHash", info.getDataHash()).put("sourceHash", info.getSourceHash());
    ObjectNode splits = node.putObject("splits");
    for (SplitInfo split : info.getSplitList()) {
      splits
          .putObject(split.getName())
          .put("images", split.getImages())
          .put("contentHash", split.getContentHash());
    }
    info.getDuplicateList().forEach(node.withArray("duplicates")::add);
  }

  private static void job(ObjectNode node, Score score) {
    JobKey key = score.getJob();
    node.put("jobId", score.getJobId())
        .put("run", score.getRun())
        .put("task", key.getTask())
        .put("seed", key.getSeed())
        .put("backboneHash", key.getBackboneHash())
        .put("adapterHash", score.getAdapterHash())
        .put("determinantsHash", score.getDeterminantsHash())
        .put("carriedFrom", score.getCarriedFrom())
        .put("recipeVersion", key.getRecipeVersion())
        .put("hyperParametersFrom", key.getRecipe().getOrigin());
  }

  private static String version() {
    String version = Provenance.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}

package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.checkpoint.TextTower;
import io.hydrabeam.model.text.TaskPrompts;
import io.hydrabeam.model.text.TextHead;
import io.hydrabeam.model.text.Truncation;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.model.weights.Safetensors;
import io.hydrabeam.model.weights.WeightFile;
import io.hydrabeam.pipelines.backbones.Backbones;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.WorkerHints;
import io.hydrabeam.pipelines.storage.ArtifactCommit;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.LocalFile;
import io.hydrabeam.pipelines.storage.LocalFiles;
import io.hydrabeam.protos.TextHeadRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.resourcehints.ResourceHints;
import org.apache.beam.sdk.values.PCollection;

/**
 * Computes the heads that jobs start from and commits each to its folder, where it is found the
 * next time. The output holds their hashes: a signal that they stand.
 */
final class MakeTextHeads extends PTransform<PCollection<TextHeadRequest>, PCollection<String>> {
  private static final long serialVersionUID = 1L;

  private static final String TENSORS = "head.safetensors";

  private final TrainSetup setup;

  private MakeTextHeads(TrainSetup setup) {
    this.setup = setup;
  }

  static MakeTextHeads of(TrainSetup setup) {
    return new MakeTextHeads(setup);
  }

  @Override
  public PCollection<String> expand(PCollection<TextHeadRequest> requests) {
    ResourceHints hints = WorkerHints.of(requests.getPipeline().getOptions());
    return requests
        .apply("SpreadHeads", Reshuffle.viaRandomKey())
        .apply("MakeHead", ParDo.of(new MakeFn(setup)).setResourceHints(hints));
  }

  /**
   * A head that was made.
   *
   * @return {@code head/kernel} and {@code head/bias}
   * @throws HydraException if the folder is not finished
   */
  static Map<String, HostTensor> load(String folder) throws IOException {
    ArtifactFolder head = ArtifactFolder.at(folder);
    if (head.read(TextHeadRequest.getDefaultInstance()).isEmpty()) {
      throw HydraException.failed("%s has no finished head".formatted(folder));
    }
    head.verify();
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    try (LocalFile local = LocalFiles.open(head.file(TENSORS));
        WeightFile file = WeightFile.open(local.path())) {
      for (String name : file.names()) {
        tensors.put(name, file.read(name));
      }
    }
    return tensors;
  }

  private static final class MakeFn extends DoFn<TextHeadRequest, String> {
    private static final long serialVersionUID = 1L;

    private final TrainSetup setup;

    MakeFn(TrainSetup setup) {
      this.setup = setup;
    }

    @ProcessElement
    public void process(@Element TextHeadRequest request, OutputReceiver<String> out)
        throws IOException, InterruptedException {
      ArtifactFolder folder = ArtifactFolder.at(request.getFolder());
      folder.recover();
      TextHeadRequest made =
          folder.read(TextHeadRequest.getDefaultInstance()).isPresent()
              ? request
              : setup.slots().run(() -> make(request, folder, setup.runtime()));
      out.output(made.getHash());
    }

    private static TextHeadRequest make(
        TextHeadRequest request, ArtifactFolder folder, TensorFlowRuntime runtime)
        throws IOException {
      TextTower tower = Backbones.loadText(request.getBackbone());
      TextHead head =
          TextHead.of(
              tower.config(),
              tower.hash(),
              TextHeads.loadTokenizer(request.getVocabulary()),
              new TaskPrompts(request.getClassNameList(), request.getTemplateList()),
              request.getLosesEndToken() ? Truncation.LOSE_END : Truncation.KEEP_END);
      if (!head.hash().equals(request.getHash())) {
        throw HydraException.failed(
            "%s: text tower or vocabulary have changed since the jobs were planned"
                .formatted(request.getTask()));
      }
      Path local = Files.createTempDirectory("hydra-head");
      Path file = local.resolve(TENSORS);
      try (ArtifactCommit commit = folder.begin()) {
        Safetensors.write(file, head.compute(tower, runtime), Map.of());
        commit.copy(file, TENSORS);
        commit.commit(request);
        return request;
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(local);
      }
    }
  }
}

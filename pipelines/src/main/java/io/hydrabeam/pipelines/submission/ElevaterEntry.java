package io.hydrabeam.pipelines.submission;

import io.hydrabeam.protos.EvaluatedJob;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Task;

/**
 * A job's part of a submission: the fields of its file but for the predictions, and where those
 * are.
 *
 * @param modelName the row's label; free text to the leaderboard
 * @param task whose name is the registry's, {@code dataset_name}
 * @param seed of sample and training, {@code rnd_seeds}
 * @param shots training images per class, -1 for all, {@code n_shot}
 * @param trainable parameters that were trained: adapters and head, {@code num_trainable_params}
 * @param total parameters of the model that predicts: image tower, adapters and head, {@code
 *     num_params}
 * @param tower parameters of the pre-trained image tower alone. They are {@code num_visual_params}
 *     and {@code num_backbone_params}: a text tower makes the head's start, and is no part of the
 *     model that predicts
 * @param images of the test split
 * @param predictions path of the job's predictions, a line for each image in the index's order
 */
record ElevaterEntry(
    String modelName,
    Task task,
    long seed,
    int shots,
    long trainable,
    long total,
    long tower,
    long images,
    String predictions) {

  static ElevaterEntry of(String modelName, Task task, EvaluatedJob job, long images) {
    JobKey key = job.getScore().getJob();
    return new ElevaterEntry(
        modelName,
        task,
        key.getSeed(),
        key.getShots(),
        job.getScore().getTrainableParameters(),
        job.getTotalParameters(),
        job.getTowerParameters(),
        images,
        job.getPredictions());
  }

  /** Name of the file that holds this entry alone. */
  String fileName() {
    return "seed%d_%s.json".formatted(seed, task.getName());
  }
}

package io.hydrabeam.pipelines.preprocess;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.Task;

/**
 * A finished folder, compared with what would be made now.
 *
 * @param path of the folder
 * @param info what it says of itself
 */
record FinishedFolder(String path, DatasetInfo info) {

  /**
   * Returns if the folder is what the options ask for.
   *
   * @throws HydraException naming the first difference
   */
  void check(PreprocessOptions options, Task task, String sourceHash) {
    if (info.getImageOptions().hasText()) {
      same(
          "--maxTokens",
          info.getImageOptions().getText().getTokens(),
          PreprocessPlan.tokens(options));
    } else {
      checkPixels(options, task);
    }
    same("--shardBytes", info.getShardBytes(), options.getShardBytes());
    same("classes", info.getTask().getClasses(), task.getClasses());
    same("task version", info.getTask().getVersion(), task.getVersion());
    if (!info.getSourceHash().equals(sourceHash)) {
      throw HydraException.usage(
          "%s was made from other inputs (lists, tables, vocabulary or image files differ):"
                  .formatted(path)
              + " choose another --examples folder, or make it again with --force");
    }
    if (info.getBadRecords() > options.getMaxBadRecords()) {
      throw HydraException.failed(
          "%s lacks %d bad records, listed in its %s; --maxBadRecords=%d allows fewer"
              .formatted(path, info.getBadRecords(), BadRecords.FILE, options.getMaxBadRecords()));
    }
  }

  private void checkPixels(PreprocessOptions options, Task task) {
    same("--imageSize", info.getImageOptions().getImageSize(), options.getImageSize());
    same("--imageFormat", info.getImageFormat(), options.getImageFormat().text());
    same(
        "--pixels",
        SourcePixels.of(info.getImageOptions().getPixels()).text(),
        options.getPixels().text());
    same("resize", info.getImageOptions().getResize(), task.getResize());
  }

  private void same(String what, Object there, Object now) {
    if (!there.equals(now)) {
      throw HydraException.usage(
          "%s was made with %s=%s, not %s: choose another --examples folder, or make it again with --force"
              .formatted(path, what, there, now));
    }
  }
}

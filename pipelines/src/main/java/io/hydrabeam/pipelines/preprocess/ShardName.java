package io.hydrabeam.pipelines.preprocess;

/** Names of shards within the stage: the split's id and the shard's number. */
final class ShardName {
  private static final char SEPARATOR = '#';

  private ShardName() {}

  static String of(String splitId, int shard) {
    return splitId + SEPARATOR + shard;
  }

  static String splitId(String name) {
    return name.substring(0, name.lastIndexOf(SEPARATOR));
  }

  static int shard(String name) {
    return Integer.parseInt(name.substring(name.lastIndexOf(SEPARATOR) + 1));
  }
}

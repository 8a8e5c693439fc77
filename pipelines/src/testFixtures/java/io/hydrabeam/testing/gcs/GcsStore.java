package io.hydrabeam.testing.gcs;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Buckets in memory. Every change is atomic and checks the request's conditions. */
final class GcsStore {
  private static final long FIRST_GENERATION = 1000;

  private final Map<String, NavigableMap<String, GcsObject>> buckets = new TreeMap<>();
  private long generation = FIRST_GENERATION;

  synchronized void createBucket(String name) {
    if (buckets.putIfAbsent(name, new TreeMap<>()) != null) {
      throw new GcsRefusal(409, "The bucket exists: " + name);
    }
  }

  /** A copy of what a bucket holds. */
  synchronized NavigableMap<String, GcsObject> objects(String bucket) {
    return new TreeMap<>(bucket(bucket));
  }

  synchronized GcsObject put(
      String bucket, String name, String contentType, byte[] bytes, Map<String, String> query) {
    NavigableMap<String, GcsObject> objects = bucket(bucket);
    requireConditions("if", objects.get(name), query);
    String type = contentType.isEmpty() ? "application/octet-stream" : contentType;
    GcsObject object = new GcsObject(bucket, name, type, ++generation, bytes);
    objects.put(name, object);
    return object;
  }

  /** Of the generation that the query names, where it names one. */
  synchronized GcsObject get(String bucket, String name, Map<String, String> query) {
    GcsObject object = find(bucket, name, query.get("generation"));
    requireConditions("if", object, query);
    return object;
  }

  synchronized void delete(String bucket, String name, Map<String, String> query) {
    requireConditions("if", find(bucket, name, query.get("generation")), query);
    bucket(bucket).remove(name);
  }

  synchronized GcsObject copy(
      String fromBucket, String from, String toBucket, String to, Map<String, String> query) {
    GcsObject source = find(fromBucket, from, query.get("sourceGeneration"));
    requireConditions("ifSource", source, query);
    return put(toBucket, to, source.contentType(), source.bytes(), query);
  }

  synchronized GcsObject move(String bucket, String from, String to, Map<String, String> query) {
    GcsObject moved = copy(bucket, from, bucket, to, query);
    if (!from.equals(to)) {
      bucket(bucket).remove(from);
    }
    return moved;
  }

  /** Checks a condition of an upload that starts now and ends later. */
  synchronized void require(String bucket, String name, Map<String, String> query) {
    requireConditions("if", bucket(bucket).get(name), query);
  }

  private GcsObject find(String bucket, String name, String wantedGeneration) {
    GcsObject object = bucket(bucket).get(name);
    if (object == null
        || (wantedGeneration != null && !wantedGeneration.equals("" + object.generation()))) {
      throw new GcsRefusal(404, "No such object: %s/%s".formatted(bucket, name));
    }
    return object;
  }

  private NavigableMap<String, GcsObject> bucket(String name) {
    NavigableMap<String, GcsObject> bucket = buckets.get(name);
    if (bucket == null) {
      throw new GcsRefusal(404, "The specified bucket does not exist.");
    }
    return bucket;
  }

  /** Generation 0 stands for "there is none". */
  private static void requireConditions(
      String prefix, GcsObject object, Map<String, String> query) {
    long actual = object == null ? 0 : object.generation();
    String match = query.get(prefix + "GenerationMatch");
    String notMatch = query.get(prefix + "GenerationNotMatch");
    boolean held =
        (match == null || Long.parseLong(match) == actual)
            && (notMatch == null || Long.parseLong(notMatch) != actual);
    if (!held) {
      throw new GcsRefusal(
          412, "At least one of the pre-conditions you specified did not hold.");
    }
  }
}

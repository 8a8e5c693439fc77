package io.hydrabeam.testing.gcs;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A request, parsed.
 *
 * @param method of HTTP, upper case
 * @param operation what it asks for
 * @param bucket empty where it concerns none
 * @param object empty where it concerns none; of a copy the new one
 * @param source of a copy or a move, empty for others
 * @param sourceBucket of a copy, empty for others
 * @param query decoded
 * @param headers by lower case name, one value each
 * @param body uncompressed
 */
public record GcsRequest(
    String method,
    GcsOperation operation,
    String bucket,
    String object,
    String source,
    String sourceBucket,
    Map<String, String> query,
    Map<String, String> headers,
    byte[] body) {

  private static final String ROOT = "/storage/v1/b";

  /** Where a new object's name is not in the query, it is in the metadata; see GcsApi. */
  GcsRequest withObject(String name) {
    return new GcsRequest(
        method, operation, bucket, name, source, sourceBucket, query, headers, body);
  }

  /** Parses what came over the wire. */
  static GcsRequest of(
      String method, String rawPath, String rawQuery, Map<String, String> headers, byte[] body) {
    Map<String, String> query = query(rawQuery);
    String path = rawPath.replaceFirst("^(/resumable)?/upload", "");
    boolean upload = !path.equals(rawPath);
    path = path.replaceFirst("^/download", "");
    if (path.startsWith("/batch")) {
      return of(GcsOperation.BATCH, method, query, headers, body);
    }
    if (!path.startsWith(ROOT)) {
      return of(GcsOperation.UNKNOWN, method, query, headers, body);
    }
    List<String> at = new ArrayList<>();
    for (String segment : path.substring(ROOT.length()).split("/")) {
      if (!segment.isEmpty()) {
        at.add(decode(segment));
      }
    }
    GcsOperation operation = operation(method, at, upload, query);
    String object = at.size() > 2 ? at.get(2) : query.getOrDefault("name", "");
    String source = "";
    if (operation == GcsOperation.COPY) {
      source = object;
      object = at.get(7);
    } else if (operation == GcsOperation.MOVE) {
      source = object;
      object = at.get(5);
    } else if (operation == GcsOperation.PERMISSIONS) {
      object = "";
    }
    boolean copy = operation == GcsOperation.COPY;
    String bucket = at.isEmpty() ? "" : copy ? at.get(5) : at.get(0);
    return new GcsRequest(
        method,
        operation,
        bucket,
        object,
        source,
        copy ? at.get(0) : "",
        query,
        headers,
        body);
  }

  private static GcsRequest of(
      GcsOperation operation,
      String method,
      Map<String, String> query,
      Map<String, String> headers,
      byte[] body) {
    return new GcsRequest(method, operation, "", "", "", "", query, headers, body);
  }

  private static GcsOperation operation(
      String method, List<String> at, boolean upload, Map<String, String> query) {
    boolean get = method.equals("GET");
    boolean post = method.equals("POST");
    if (at.isEmpty()) {
      return post ? GcsOperation.BUCKET_CREATE : GcsOperation.BUCKET_LIST;
    }
    if (at.size() == 1) {
      return get ? GcsOperation.BUCKET_GET : GcsOperation.UNKNOWN;
    }
    if (at.get(1).equals("iam")) {
      return GcsOperation.PERMISSIONS;
    }
    if (at.size() == 2) {
      if (!upload) {
        return get ? GcsOperation.LIST : GcsOperation.UNKNOWN;
      }
      if (query.containsKey("upload_id")) {
        return GcsOperation.UPLOAD;
      }
      return "resumable".equals(query.get("uploadType"))
          ? GcsOperation.UPLOAD_START
          : GcsOperation.INSERT;
    }
    if (at.size() == 3) {
      if (get) {
        return "media".equals(query.get("alt")) ? GcsOperation.READ : GcsOperation.STAT;
      }
      return method.equals("DELETE") ? GcsOperation.DELETE : GcsOperation.UNKNOWN;
    }
    String verb = at.get(3);
    if (at.size() == 8 && (verb.equals("rewriteTo") || verb.equals("copyTo"))) {
      return GcsOperation.COPY;
    }
    if (at.size() == 6 && verb.equals("moveTo")) {
      return GcsOperation.MOVE;
    }
    return verb.equals("compose") ? GcsOperation.COMPOSE : GcsOperation.UNKNOWN;
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new HashMap<>();
    if (raw != null) {
      for (String pair : raw.split("&")) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          query.put(
              decode(pair.substring(0, equals)),
              URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
      }
    }
    return query;
  }

  /** In paths a plus is a plus. */
  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** A header's value, or empty text. */
  String header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
  }
}

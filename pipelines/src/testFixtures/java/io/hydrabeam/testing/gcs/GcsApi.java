package io.hydrabeam.testing.gcs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers single requests, without faults. */
final class GcsApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 1000;
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");

  private final GcsStore store;
  private final GcsUploads uploads;
  private final String root;

  /**
   * @param root the server's address, without a slash at its end
   */
  GcsApi(GcsStore store, String root) {
    this.store = store;
    this.uploads = new GcsUploads(store);
    this.root = root;
  }

  /** The request with its object's name, where only the body or an earlier request tells it. */
  GcsRequest named(GcsRequest request) {
    return switch (request.operation()) {
      case UPLOAD -> request.withObject(uploads.object(request.query().get("upload_id")));
      case UPLOAD_START -> request.withObject(name(request, read(request.body())));
      case INSERT ->
          isMultipart(request)
              ? request.withObject(name(request, read(parts(request).get(0).contents())))
              : request;
      default -> request;
    };
  }

  GcsReply answer(GcsRequest request) {
    try {
      return answerOrRefuse(request);
    } catch (GcsRefusal e) {
      return e.reply();
    }
  }

  private GcsReply answerOrRefuse(GcsRequest request) {
    String bucket = request.bucket();
    String object = request.object();
    Map<String, String> query = request.query();
    return switch (request.operation()) {
      case INSERT -> insert(request);
      case UPLOAD_START -> startUpload(request);
      case UPLOAD -> uploads.piece(request);
      case STAT -> GcsReply.json(store.get(bucket, object, query).json());
      case READ -> read(request, store.get(bucket, object, query));
      case LIST -> list(request);
      case DELETE -> {
        store.delete(bucket, object, query);
        yield GcsReply.empty(204, Map.of());
      }
      case COPY -> copy(request);
      case MOVE -> GcsReply.json(store.move(bucket, request.source(), object, query).json());
      case COMPOSE -> compose(request);
      case BUCKET_GET -> {
        int unused = store.objects(bucket).size();
        yield GcsReply.json(bucketJson(bucket));
      }
      case BUCKET_CREATE -> {
        String name = read(request.body()).path("name").asText();
        store.createBucket(name);
        yield GcsReply.json(bucketJson(name));
      }
      case PERMISSIONS -> {
        int unused = store.objects(bucket).size();
        yield GcsReply.json(object().put("kind", "storage#testIamPermissionsResponse"));
      }
      default ->
          GcsReply.error(501, "this stand-in does not know " + request.method() + " of that kind");
    };
  }

  private GcsReply insert(GcsRequest request) {
    if (!isMultipart(request)) {
      return put(request, request.header("content-type"), request.body());
    }
    List<GcsBody> parts = parts(request);
    String type = read(parts.get(0).contents()).path("contentType").asText();
    return put(request, type, parts.get(1).contents());
  }

  private GcsReply put(GcsRequest request, String contentType, byte[] bytes) {
    return GcsReply.json(
        store.put(request.bucket(), request.object(), contentType, bytes, request.query()).json());
  }

  private GcsReply startUpload(GcsRequest request) {
    String type = request.header("x-upload-content-type");
    String id =
        uploads.start(
            request, type.isEmpty() ? read(request.body()).path("contentType").asText() : type);
    String location =
        "%s/upload/storage/v1/b/%s/o?uploadType=resumable&upload_id=%s"
            .formatted(root, request.bucket(), id);
    return GcsReply.empty(200, Map.of("Location", location, "X-GUploader-UploadID", id));
  }

  private static GcsReply read(GcsRequest request, GcsObject object) {
    byte[] all = object.bytes();
    Map<String, String> headers = new HashMap<>();
    headers.put("x-goog-generation", "" + object.generation());
    headers.put("x-goog-metageneration", "1");
    headers.put("x-goog-stored-content-length", "" + all.length);
    headers.put("x-goog-stored-content-encoding", "identity");
    headers.put("x-goog-hash", "crc32c=%s,md5=%s".formatted(object.crc32c(), object.md5()));
    headers.put("ETag", "e" + object.generation());
    Matcher range = RANGE.matcher(request.header("range"));
    if (!range.matches()) {
      return new GcsReply(200, object.contentType(), all, headers);
    }
    long from = 0;
    long to = all.length - 1L;
    if (range.group(1).isEmpty()) {
      from = Math.max(0, all.length - Long.parseLong(range.group(2)));
    } else {
      from = Long.parseLong(range.group(1));
      if (!range.group(2).isEmpty()) {
        to = Math.min(to, Long.parseLong(range.group(2)));
      }
    }
    if (from > to) {
      return GcsReply.empty(416, Map.of("Content-Range", "bytes */" + all.length));
    }
    headers.put("Content-Range", "bytes %d-%d/%d".formatted(from, to, all.length));
    return new GcsReply(
        206, object.contentType(), Arrays.copyOfRange(all, (int) from, (int) to + 1), headers);
  }

  private GcsReply list(GcsRequest request) {
    Map<String, String> query = request.query();
    String prefix = query.getOrDefault("prefix", "");
    String delimiter = query.getOrDefault("delimiter", "");
    int most = Integer.parseInt(query.getOrDefault("maxResults", "" + PAGE));
    ObjectNode answer = object().put("kind", "storage#objects");
    TreeSet<String> folders = new TreeSet<>();
    int count = 0;
    String after = query.getOrDefault("pageToken", "");
    for (GcsObject object : store.objects(request.bucket()).tailMap(after, false).values()) {
      String name = object.name();
      if (!name.startsWith(prefix)) {
        continue;
      }
      if (count == most) {
        answer.put("nextPageToken", after);
        break;
      }
      int folder = delimiter.isEmpty() ? -1 : name.indexOf(delimiter, prefix.length());
      if (folder < 0) {
        answer.withArray("items").add(object.json());
        count++;
      } else if (folders.add(name.substring(0, folder + delimiter.length()))) {
        count++;
      }
      after = name;
    }
    folders.forEach(answer.withArray("prefixes")::add);
    return GcsReply.json(answer);
  }

  private GcsReply copy(GcsRequest request) {
    GcsObject copy =
        store.copy(
            request.sourceBucket(),
            request.source(),
            request.bucket(),
            request.object(),
            request.query());
    String size = Integer.toString(copy.bytes().length);
    return GcsReply.json(
        object()
            .put("kind", "storage#rewriteResponse")
            .put("totalBytesRewritten", size)
            .put("objectSize", size)
            .put("done", true)
            .set("resource", copy.json()));
  }

  private GcsReply compose(GcsRequest request) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (JsonNode source : read(request.body()).path("sourceObjects")) {
      whole.writeBytes(
          store.get(request.bucket(), source.path("name").asText(), Map.of()).bytes());
    }
    return put(request, "", whole.toByteArray());
  }

  private static ObjectNode bucketJson(String name) {
    return object()
        .put("kind", "storage#bucket")
        .put("id", name)
        .put("name", name)
        .put("projectNumber", "1")
        .put("location", "US")
        .put("storageClass", "STANDARD")
        .put("timeCreated", "2026-01-01T00:00:00.000Z");
  }

  private static boolean isMultipart(GcsRequest request) {
    return "multipart".equals(request.query().get("uploadType"));
  }

  private static List<GcsBody> parts(GcsRequest request) {
    return GcsBody.parts(request.header("content-type"), request.body());
  }

  private static String name(GcsRequest request, JsonNode metadata) {
    return request.query().getOrDefault("name", metadata.path("name").asText());
  }

  private static JsonNode read(byte[] text) {
    if (text.length == 0) {
      return object();
    }
    try {
      return JSON.readTree(new String(text, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new GcsRefusal(400, "not JSON");
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}

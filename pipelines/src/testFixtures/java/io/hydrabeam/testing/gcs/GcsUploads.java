package io.hydrabeam.testing.gcs;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Uploads in pieces that are under way. */
final class GcsUploads {
  private static final Pattern RANGE = Pattern.compile("bytes (?:(\\d+)-(\\d+)|\\*)/(\\d+|\\*)");

  private static final class Upload {
    private final GcsRequest start;
    private final String contentType;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private GcsObject result;

    Upload(GcsRequest start, String contentType) {
      this.start = start;
      this.contentType = contentType;
    }
  }

  private final GcsStore store;
  private final Map<String, Upload> uploads = new TreeMap<>();

  GcsUploads(GcsStore store) {
    this.store = store;
  }

  /** Starts one and returns its name. */
  synchronized String start(GcsRequest request, String contentType) {
    store.require(request.bucket(), request.object(), request.query());
    String id = UUID.randomUUID().toString();
    uploads.put(id, new Upload(request, contentType));
    return id;
  }

  /** The object that an upload makes; empty text for one that is unknown. */
  synchronized String object(String id) {
    Upload upload = uploads.get(id);
    return upload == null ? "" : upload.start.object();
  }

  synchronized GcsReply piece(GcsRequest request) {
    Upload upload = uploads.get(request.query().get("upload_id"));
    if (upload == null) {
      throw new GcsRefusal(404, "no such upload");
    }
    if (request.method().equals("DELETE")) {
      uploads.remove(request.query().get("upload_id"));
      return GcsReply.empty(499, Map.of());
    }
    if (upload.result == null) {
      take(upload, request);
    }
    if (upload.result != null) {
      return GcsReply.json(upload.result.json());
    }
    int size = upload.received.size();
    return GcsReply.empty(308, size == 0 ? Map.of() : Map.of("Range", "bytes=0-" + (size - 1)));
  }

  private void take(Upload upload, GcsRequest request) {
    String header = request.header("content-range");
    Matcher range = RANGE.matcher(header);
    String total = Integer.toString(request.body().length);
    if (header.isEmpty()) {
      upload.received.reset();
      upload.received.writeBytes(request.body());
    } else if (!range.matches()) {
      throw new GcsRefusal(400, "Content-Range: " + header);
    } else {
      total = range.group(3);
      if (range.group(1) != null) {
        append(upload, Integer.parseInt(range.group(1)), request.body());
      }
    }
    if (total.equals(Integer.toString(upload.received.size()))) {
      GcsRequest start = upload.start;
      byte[] bytes = upload.received.toByteArray();
      upload.received.reset();
      upload.result =
          store.put(start.bucket(), start.object(), upload.contentType, bytes, start.query());
    }
  }

  /** A client that is unsure sends bytes again; the first copy stays. */
  private static void append(Upload upload, int from, byte[] bytes) {
    int known = upload.received.size() - from;
    if (known < 0) {
      throw new GcsRefusal(400, "bytes are missing before " + from);
    }
    if (known < bytes.length) {
      upload.received.write(bytes, known, bytes.length - known);
    }
  }
}

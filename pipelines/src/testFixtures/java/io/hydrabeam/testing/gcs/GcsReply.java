package io.hydrabeam.testing.gcs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An answer, and how much of it arrives.
 *
 * @param headers without the content's type and length
 */
record GcsReply(
    int status,
    String contentType,
    byte[] body,
    Map<String, String> headers,
    Delivery delivery) {

  enum Delivery {
    WHOLE,
    /** Half of the body, then the connection ends. */
    CUT,
    /** Nothing: the connection ends. */
    LOST
  }

  GcsReply(int status, String contentType, byte[] body, Map<String, String> headers) {
    this(status, contentType, body, headers, Delivery.WHOLE);
  }

  static GcsReply json(JsonNode json) {
    return new GcsReply(
        200,
        "application/json; charset=UTF-8",
        json.toString().getBytes(StandardCharsets.UTF_8),
        Map.of());
  }

  static GcsReply empty(int status, Map<String, String> headers) {
    return new GcsReply(status, "text/plain", new byte[0], headers);
  }

  /** An error as Cloud Storage words it. */
  static GcsReply error(int status, String message) {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    ObjectNode inner = error.putObject("error").put("code", status).put("message", message);
    inner
        .putArray("errors")
        .addObject()
        .put("domain", "global")
        .put("reason", reason(status))
        .put("message", message);
    return new GcsReply(
        status,
        "application/json; charset=UTF-8",
        error.toString().getBytes(StandardCharsets.UTF_8),
        Map.of());
  }

  GcsReply delivered(Delivery how) {
    return new GcsReply(status, contentType, body, headers, how);
  }

  private static String reason(int status) {
    return switch (status) {
      case 400 -> "invalid";
      case 401 -> "authError";
      case 403 -> "forbidden";
      case 404 -> "notFound";
      case 409 -> "conflict";
      case 412 -> "conditionNotMet";
      case 429 -> "rateLimitExceeded";
      default -> "backendError";
    };
  }
}

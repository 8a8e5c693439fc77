package io.hydrabeam.pipelines.gcs;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpResponseException;
import com.google.cloud.http.BaseHttpServiceException;
import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Cloud Storage's refusals in words for users. Requests and their credentials are not shown. */
public final class GcsErrors {
  static final int UNAUTHORIZED = 401;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int CONDITION_NOT_MET = 412;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;
  private static final int DEPTH = 20;

  private GcsErrors() {}

  /**
   * Why a request failed: what the service answered, or that it did not. Empty if no request is
   * among the causes.
   */
  public static Optional<String> reason(@Nullable Throwable thrown) {
    Throwable at = thrown;
    for (int i = 0; at != null && i < DEPTH; i++, at = at.getCause()) {
      int status = status(at);
      if (status > 0) {
        return Optional.of(words(status) + message(at));
      }
    }
    return Optional.empty();
  }

  /** Whether a connection broke before the service's answer was whole. */
  public static boolean isSilent(Throwable thrown) {
    Throwable at = thrown;
    for (int i = 0; at != null && i < DEPTH; i++, at = at.getCause()) {
      String message = String.valueOf(at.getMessage());
      if (message.contains("Connection closed prematurely") || at instanceof EOFException) {
        return true;
      }
    }
    return reason(thrown).isEmpty() && silence(thrown).isPresent();
  }

  /** What the network said where no answer came. */
  static Optional<String> silence(Throwable thrown) {
    Throwable at = thrown;
    for (int i = 0; at != null && i < DEPTH; i++, at = at.getCause()) {
      if (at instanceof SocketException
          || at instanceof SocketTimeoutException
          || at instanceof UnknownHostException) {
        return Optional.of(at.getClass().getSimpleName() + ": " + at.getMessage());
      }
    }
    return Optional.empty();
  }

  /** The HTTP status of an answer; 0 if {@code thrown} is none. */
  static int status(Throwable thrown) {
    if (thrown instanceof HttpResponseException answer) {
      return answer.getStatusCode();
    }
    return thrown instanceof BaseHttpServiceException answer ? answer.getCode() : 0;
  }

  private static String words(int status) {
    String words =
        switch (status) {
          case UNAUTHORIZED -> "the credentials are missing or not accepted";
          case FORBIDDEN -> "access is denied";
          case NOT_FOUND -> "no such bucket or object";
          case CONDITION_NOT_MET -> "another process has changed the object meanwhile";
          case TOO_MANY_REQUESTS -> "too many requests, also after waiting";
          default ->
              status >= SERVER_ERROR ? "the service fails, also after waiting" : "it refused";
        };
    return "Cloud Storage answered %d, %s".formatted(status, words);
  }

  private static String message(Throwable answer) {
    String message;
    if (answer instanceof GoogleJsonResponseException json) {
      message = json.getDetails() == null ? null : json.getDetails().getMessage();
    } else {
      message = answer instanceof BaseHttpServiceException ? answer.getMessage() : null;
    }
    return message == null || message.isBlank() ? "" : " (" + message.strip() + ")";
  }
}

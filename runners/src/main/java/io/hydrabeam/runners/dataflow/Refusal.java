package io.hydrabeam.runners.dataflow;

import io.hydrabeam.pipelines.common.HydraException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an exception of Beam's Dataflow runner means for the user. The runner's classes are not
 * there in every build, so they are known by name.
 *
 * @param project of the launch
 * @param region of the launch
 * @param job its name
 */
record Refusal(String project, String region, String job) {

  /** Causes may form a circle. */
  private static final int MAX_CAUSES = 100;

  private static final String HTTP_ERROR = "GoogleJsonResponseException";
  private static final String STILL_RUNS = "DataflowJobAlreadyExistsException";

  /** As Beam words it where there are none. */
  private static final String NO_CREDENTIALS = "application default credentials";

  /** Of the bucket of --tempLocation or --stagingLocation. */
  private static final String NO_BUCKET = "Output path does not exist or is not writeable";

  private static final String NO_FILE = "Non-existent files specified in filesToStage";

  private static final Pattern STATUS = Pattern.compile("(\\d{3})\\b.*", Pattern.DOTALL);
  private static final Pattern MESSAGE = Pattern.compile("\"message\"\\s*:\\s*\"([^\"]*)\"");

  /** The line for the user; empty if the exception is none of the runner's known ones. */
  Optional<HydraException> of(Throwable failure) {
    List<Throwable> causes =
        Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
            .limit(MAX_CAUSES)
            .toList();
    for (Throwable cause : causes) {
      String text = String.valueOf(cause.getMessage());
      if (text.contains(NO_CREDENTIALS)) {
        return Optional.of(
            usage(
                "Google Cloud needs credentials: run gcloud auth"
                    + " application-default login, or start where a service account is attached",
                failure));
      }
      if (cause.getClass().getSimpleName().equals(STILL_RUNS)) {
        return Optional.of(
            usage(
                "job %s of an earlier launch of this command still runs (%s): wait for its end, or cancel it, then the same command goes on"
                    .formatted(job, page()),
                failure));
      }
      if (cause.getClass().getSimpleName().equals(HTTP_ERROR)) {
        return Optional.of(http(text, failure));
      }
      if (text.startsWith(NO_BUCKET)) {
        return Optional.of(
            usage(text + ": make the bucket, or give this account access to it", failure));
      }
      if (text.startsWith(NO_FILE)
          || (cause instanceof IllegalArgumentException && isThrownByBeam(cause))) {
        return Optional.of(usage(text, failure));
      }
    }
    if (causes.stream().anyMatch(IOException.class::isInstance)
        && String.valueOf(failure.getMessage()).startsWith("Failed to create a workflow job")) {
      return Optional.of(
          new HydraException(
              HydraException.FAILED,
              "Dataflow did not answer when the job was to be created (%s): what is finished is"
                      .formatted(reason(causes.get(causes.size() - 1)))
                  + " kept, the same command goes on",
              failure));
    }
    return Optional.empty();
  }

  /** Where the job is shown. */
  String page() {
    return "https://console.cloud.google.com/dataflow/jobs?project=" + project;
  }

  private HydraException http(String text, Throwable failure) {
    Matcher status = STATUS.matcher(text);
    int code = status.matches() ? Integer.parseInt(status.group(1)) : 0;
    Matcher message = MESSAGE.matcher(text);
    String said = message.find() ? message.group(1) : text.lines().findFirst().orElse("");
    String advice =
        switch (code) {
          case 401, 403 ->
              "the account needs the role Dataflow Developer in the project, and the Dataflow API"
                  + " must be enabled there";
          case 404 -> "check --project and --region";
          case 409 ->
              "wait for the end of the job with this name, or cancel it (%s)".formatted(page());
          case 429 -> "a quota is used up: try again later, or with fewer --numWorkers";
          default -> "what is finished is kept, the same command goes on";
        };
    boolean notStarted = code >= 400 && code < 500 && code != 429;
    return new HydraException(
        notStarted ? HydraException.USAGE : HydraException.FAILED,
        "Dataflow refuses job %s in project %s, region %s (%d: %s): %s"
            .formatted(job, project, region, code, said, advice),
        failure);
  }

  private static HydraException usage(String line, Throwable failure) {
    return new HydraException(HydraException.USAGE, line, failure);
  }

  private static String reason(Throwable root) {
    return root instanceof IOException io ? HydraException.reason(io) : root.toString();
  }

  private static boolean isThrownByBeam(Throwable cause) {
    StackTraceElement[] trace = cause.getStackTrace();
    return Stream.of(trace)
        .limit(3)
        .anyMatch(
            frame ->
                frame.getClassName().startsWith("org.apache.beam.runners.dataflow.")
                    || frame.getClassName().startsWith("org.apache.beam.sdk.extensions.gcp."));
  }
}

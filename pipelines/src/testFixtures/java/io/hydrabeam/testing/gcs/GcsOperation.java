package io.hydrabeam.testing.gcs;

/** What a request asks for. */
public enum GcsOperation {
  /** A whole object in one request. */
  INSERT,
  /** The first request of an upload in pieces. */
  UPLOAD_START,
  /** A piece of such an upload, or the question how far it got. */
  UPLOAD,
  /** An object's metadata. */
  STAT,
  /** An object's contents, or a range of them. */
  READ,
  LIST,
  DELETE,
  /** Copy or rewrite; the request's object is the new one. */
  COPY,
  MOVE,
  COMPOSE,
  BUCKET_GET,
  BUCKET_CREATE,
  BUCKET_LIST,
  PERMISSIONS,
  /** Several requests in one; each is also recorded on its own. */
  BATCH,
  UNKNOWN;

  /** Whether it makes, changes or deletes an object when it succeeds. */
  public boolean changesObjects() {
    return switch (this) {
      case INSERT, UPLOAD, DELETE, COPY, MOVE, COMPOSE -> true;
      default -> false;
    };
  }
}

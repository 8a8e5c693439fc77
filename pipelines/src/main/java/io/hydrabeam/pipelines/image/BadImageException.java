package io.hydrabeam.pipelines.image;

/** An image file that cannot be used; the message is the reason in one line, without the path. */
public final class BadImageException extends Exception {
  private static final long serialVersionUID = 1L;

  public BadImageException(String reason) {
    super(reason);
  }

  public BadImageException(String reason, Throwable cause) {
    super(reason, cause);
  }

  /** Why, in one line. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}

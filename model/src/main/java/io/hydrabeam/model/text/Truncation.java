package io.hydrabeam.model.text;

/** What happens to a text that has more tokens than a sequence takes. */
public enum Truncation {
  /** Its last tokens are left out; the end token stays the last. OpenAI's own rule. */
  KEEP_END,
  /**
   * The sequence is cut off, end token and all, so that the feature is read at some other token.
   * What the original ELEVATER code does (quirk LOST_END_TOKEN).
   */
  LOSE_END
}

package io.hydrabeam.model.text;

/**
 * A text as CLIP's text tower takes it.
 *
 * @param ids start token, the text's, end token, then zeros; as many as the tower's context
 * @param cut whether the text was too long
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TokenSequence(int[] ids, boolean cut) {

  /** Position of the token whose feature is read: the first of those with the largest id. */
  int read() {
    int best = 0;
    for (int i = 1; i < ids.length; i++) {
      if (ids[i] > ids[best]) {
        best = i;
      }
    }
    return best;
  }
}

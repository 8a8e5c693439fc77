package io.hydrabeam.model.train;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.TextSamples;
import io.hydrabeam.model.TokenBuckets;

/**
 * Texts, tokenized and whole in memory: four bytes for a token, 60 MB for the largest task of GLUE.
 * Each step is fed its batch.
 *
 * @param ids {@code [texts][tokens]}, start and end tokens included
 * @param targets of the texts
 */
@SuppressWarnings("ArrayRecordComponent") // identity semantics are meant: the arrays are large
public record TextSet(int[][] ids, Targets targets) implements TrainingSet {

  public TextSet {
    if (ids.length != targets.records()) {
      throw new IllegalArgumentException(
          "%d texts have %d targets".formatted(ids.length, targets.records()));
    }
  }

  @Override
  public TextSamples samples(int[] rows) {
    int[][] chosen = new int[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      chosen[i] = ids[rows[i]];
    }
    return new TextSamples(chosen);
  }

  @Override
  public int bucket(int row) {
    return TokenBuckets.length(ids[row].length, Integer.MAX_VALUE);
  }

  @Override
  public void requireFit(BackboneConfig model) {
    if (!(model instanceof RobertaConfig roberta)) {
      throw new IllegalArgumentException("the records are texts, the backbone reads images");
    }
    for (int[] text : ids) {
      if (text.length == 0 || text.length > roberta.context()) {
        throw new IllegalArgumentException(
            "a text has %d tokens, the backbone takes 1 to %d"
                .formatted(text.length, roberta.context()));
      }
      for (int id : text) {
        if (id < 0 || id >= roberta.vocabulary()) {
          throw new IllegalArgumentException(
              "token %d is outside the backbone's vocabulary of %d: was the text prepared with"
                      .formatted(id, roberta.vocabulary())
                  + " another one?");
        }
      }
    }
  }

  @Override
  public long heldBytes() {
    return 0;
  }
}

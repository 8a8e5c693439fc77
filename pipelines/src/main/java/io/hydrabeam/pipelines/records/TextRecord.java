package io.hydrabeam.pipelines.records;

import io.hydrabeam.model.TextSamples;
import java.util.List;

/**
 * A labelled text or pair of texts, tokenized.
 *
 * @param key names the text within its split, as in "matched/00000017:dev_matched.tsv:19"
 * @param labels classes, from 0; of a regression the only one, 0
 * @param number of a regression, else 0
 * @param ids token ids, start and end tokens included; not copied
 * @param first sentence, for people
 * @param second sentence, for people; empty where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // identity semantics are meant
public record TextRecord(
    String key, int[] labels, float number, int[] ids, String first, String second)
    implements StoredRecord {

  static TextSamples samples(List<TextRecord> records) {
    return new TextSamples(records.stream().map(TextRecord::ids).toArray(int[][]::new));
  }
}

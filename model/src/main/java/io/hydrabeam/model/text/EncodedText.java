package io.hydrabeam.model.text;

/**
 * A text, or a pair of texts, as a RoBERTa takes it.
 *
 * @param ids start and end tokens included, without padding
 * @param cut whether tokens had to be left out
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record EncodedText(int[] ids, boolean cut) {}

package io.hydrabeam.model;

/** Records as a model takes them: images of one size, or texts as token ids. */
public sealed interface Samples permits ImageSamples, TextSamples {

  /** Their number. */
  int count();
}

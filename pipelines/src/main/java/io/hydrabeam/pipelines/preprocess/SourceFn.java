package io.hydrabeam.pipelines.preprocess;

import org.apache.beam.sdk.transforms.DoFn;

/** A step that asks a source of images, whose files stay open as long as the step lives. */
abstract class SourceFn<InputT, OutputT, SourceT extends ImageSource>
    extends DoFn<InputT, OutputT> {
  private static final long serialVersionUID = 1L;

  final SourceT source;

  SourceFn(SourceT source) {
    this.source = source;
  }

  @Setup
  public void open() {
    source.open();
  }

  @Teardown
  public void close() {
    source.close();
  }
}

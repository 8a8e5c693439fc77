/**
 * GLUE's tables with sentences made for tests of this and other modules. Start at {@link
 * io.hydrabeam.testing.glue.SyntheticGlue}.
 */
package io.hydrabeam.testing.glue;

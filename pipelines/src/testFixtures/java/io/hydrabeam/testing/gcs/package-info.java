/**
 * A stand-in for Cloud Storage's JSON interface, for tests of this and other modules. Start at
 * {@link io.hydrabeam.testing.gcs.FakeGcs}.
 */
package io.hydrabeam.testing.gcs;

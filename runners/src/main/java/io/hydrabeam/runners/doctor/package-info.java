/**
 * What this program needs of a machine, looked at one by one. Start at {@link
 * io.hydrabeam.runners.doctor.Doctor}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.runners.doctor;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

/**
 * The report's page, a class for each section. Start at {@link
 * io.hydrabeam.pipelines.report.page.ReportFiles}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.report.page;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

/**
 * HTML and hand-drawn SVG: text is escaped on its way in, charts need no script. Start at {@link
 * io.hydrabeam.pipelines.report.html.Html}.
 */
@NullMarked
@CheckReturnValue
package io.hydrabeam.pipelines.report.html;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;

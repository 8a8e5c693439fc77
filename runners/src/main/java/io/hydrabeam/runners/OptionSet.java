package io.hydrabeam.runners;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.beam.sdk.options.Hidden;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** Options by name: a command's own, or the runners'. */
final class OptionSet {

  private static final String OWN_PACKAGE = "io.hydrabeam.";

  private final Map<String, Option> byName;

  private OptionSet(Map<String, Option> byName) {
    this.byName = Collections.unmodifiableMap(byName);
  }

  /** The command's own options and those that every command takes. */
  static OptionSet of(Command command) {
    Map<String, Option> found = new TreeMap<>();
    collect(command.optionsType(), true, found);
    collect(LauncherOptions.class, true, found);
    return new OptionSet(found);
  }

  /** What Beam itself and the runners on the class path declare, for tests and experts too. */
  static OptionSet ofRunners() {
    Map<String, Option> found = new TreeMap<>();
    for (Class<? extends PipelineOptions> type : PipelineOptionsFactory.getRegisteredOptions()) {
      collect(type, false, found);
    }
    return new OptionSet(found);
  }

  /** Options of all of {@code sets}; of options with the same name the first wins. */
  static OptionSet union(Collection<OptionSet> sets) {
    Map<String, Option> found = new TreeMap<>();
    sets.forEach(set -> set.byName.forEach(found::putIfAbsent));
    return new OptionSet(found);
  }

  /** The option of that name. */
  Optional<Option> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** All names, sorted. */
  Set<String> names() {
    return byName.keySet();
  }

  /** All options, sorted by name. */
  Collection<Option> options() {
    return byName.values();
  }

  private static void collect(Class<?> type, boolean own, Map<String, Option> found) {
    for (Method method : type.getMethods()) {
      boolean isOwn = method.getDeclaringClass().getName().startsWith(OWN_PACKAGE);
      // Beam hides what few need, as --gcsEndpoint; its parser takes it all the same.
      if (isOwn == own && !(own && method.isAnnotationPresent(Hidden.class))) {
        Option.of(method).ifPresent(option -> found.putIfAbsent(option.name(), option));
      }
    }
  }
}

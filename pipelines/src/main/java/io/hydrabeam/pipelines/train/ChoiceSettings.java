package io.hydrabeam.pipelines.train;

import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.Quirk;
import java.util.Map;
import java.util.Set;

/**
 * How hyper-parameters and the reported weights are chosen.
 *
 * @param protocol how the reported weights are chosen
 * @param quirks of the original to repeat
 * @param tuning whether hyper-parameters are searched
 * @param grids what VAL200 tries, for each method that is trained
 */
record ChoiceSettings(
    Protocol protocol, Set<Quirk> quirks, Tuning tuning, Map<Method, TuningGrid> grids) {

  ChoiceSettings {
    quirks = Set.copyOf(quirks);
    grids = Map.copyOf(grids);
  }
}

package io.hydrabeam.pipelines.common;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.IterableCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * All elements as one list, in any order; nothing, where there are none. They are gathered in
 * groups first: with each element that comes, the DirectRunner copies what it holds under the
 * element's key, so that one key alone would cost the square of their number.
 *
 * @param <T> of the elements, which must fit into memory together
 */
public final class GatherAll<T> extends PTransform<PCollection<T>, PCollection<List<T>>> {
  private static final long serialVersionUID = 1L;
  private static final int GROUPS = 128;

  private GatherAll() {}

  /** Of the collection that this is applied to. */
  public static <T> GatherAll<T> create() {
    return new GatherAll<>();
  }

  @Override
  public PCollection<List<T>> expand(PCollection<T> elements) {
    Coder<T> coder = elements.getCoder();
    return elements
        .apply("IntoGroups", ParDo.of(new IntoGroupsFn<>()))
        .setCoder(KvCoder.of(VarIntCoder.of(), coder))
        .apply("Group", GroupByKey.create())
        .apply("UnderOneKey", ParDo.of(new UnderOneKeyFn<>()))
        .setCoder(KvCoder.of(VarIntCoder.of(), IterableCoder.of(coder)))
        .apply("Gather", GroupByKey.create())
        .apply("AsList", ParDo.of(new AsListFn<>()))
        .setCoder(ListCoder.of(coder));
  }

  private static final class IntoGroupsFn<T> extends DoFn<T, KV<Integer, T>> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element T element, OutputReceiver<KV<Integer, T>> out) {
      out.output(KV.of(ThreadLocalRandom.current().nextInt(GROUPS), element));
    }
  }

  private static final class UnderOneKeyFn<T>
      extends DoFn<KV<Integer, Iterable<T>>, KV<Integer, Iterable<T>>> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<T>> group, OutputReceiver<KV<Integer, Iterable<T>>> out) {
      out.output(KV.of(0, group.getValue()));
    }
  }

  private static final class AsListFn<T> extends DoFn<KV<Integer, Iterable<Iterable<T>>>, List<T>> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Iterable<T>>> groups, OutputReceiver<List<T>> out) {
      List<T> all = new ArrayList<>();
      groups.getValue().forEach(group -> group.forEach(all::add));
      out.output(all);
    }
  }
}

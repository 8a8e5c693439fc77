package io.hydrabeam.pipelines.originals;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.Slice;
import io.hydrabeam.protos.Task;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The order of published examples, which needs none of them. The numbers were computed with
 * Python's hashlib; those of CIFAR begin with the ids that are publicly known.
 */
final class OfficialOrderTest {

  @Test
  void cifar() {
    OfficialOrder train = OfficialOrder.ofPositions("train", 50_000);
    assertThat(train.positions().subList(0, 10))
        .containsExactly(16399, 1680, 47917, 17307, 27051, 48736, 26263, 1456, 19135, 31598)
        .inOrder();
    List<Integer> train800 = slice("cifar", "train800", train);
    assertSlice(train800, 800, 20135529, List.of(16399), List.of(14338, 16275, 45288));
    List<Integer> val200 = slice("cifar", "val200", train);
    assertSlice(val200, 200, 5048484, List.of(13431, 9237, 17462), List.of(45238, 33376, 1434));
    List<Integer> test = slice("cifar", "test", OfficialOrder.ofPositions("test", 10_000));
    assertSlice(test, 10_000, 49_995_000, List.of(9933, 5669, 163), List.of());
  }

  @Test
  void svhn() {
    OfficialOrder train = OfficialOrder.ofPositions("train", 73_257);
    assertSlice(slice("svhn", "train800", train), 800, 30231982, List.of(), List.of(39678));
    assertSlice(
        slice("svhn", "val200", train), 200, 6945712, List.of(21145, 64736, 23870), List.of());
  }

  @Test
  void smallnorb() {
    OfficialOrder train = OfficialOrder.ofPositions("train", 24_300);
    OfficialOrder test = OfficialOrder.ofPositions("test", 24_300);
    for (String task : List.of("smallnorb_azi", "smallnorb_ele")) {
      assertSlice(slice(task, "train800", train), 800, 9846660, List.of(), List.of());
      assertSlice(
          slice(task, "val200", test), 200, 2456687, List.of(23018, 16932, 19084), List.of());
      List<Integer> tested = slice(task, "test", test);
      assertThat(tested).hasSize(12_150);
      assertThat(tested.subList(0, 3)).containsExactly(299, 2838, 15595).inOrder();
      assertThat(tested.get(12_149)).isEqualTo(4202);
    }
  }

  @Test
  void dsprites() {
    OfficialOrder train = OfficialOrder.ofPositions("train", 737_280);
    assertThat(train.positions().subList(0, 5))
        .containsExactly(16399, 634903, 206287, 470425, 352707)
        .inOrder();
    for (String task : List.of("dsprites_loc", "dsprites_ori")) {
      assertSlice(slice(task, "train800", train), 800, 295636588, List.of(16399), List.of());
      assertSlice(
          slice(task, "val200", train), 200, 68639137, List.of(220697, 85843, 84902), List.of());
      List<Integer> test = slice(task, "test", train);
      assertThat(test).hasSize(73_728);
      assertThat(test.subList(0, 3)).containsExactly(493443, 195884, 225768).inOrder();
      assertThat(test.get(73_727)).isEqualTo(522357);
    }
  }

  @Test
  void clevr() {
    OfficialOrder train =
        OfficialOrder.of("train", 70_000, i -> "CLEVR_train_%06d.png".formatted(i));
    for (String task : List.of("clevr_count", "clevr_dist")) {
      List<Integer> train800 = slice(task, "train800", train);
      assertThat(train800.subList(0, 3)).containsExactly(43876, 33421, 62025).inOrder();
      assertThat(train800.get(799)).isEqualTo(47592);
      List<Integer> val200 = slice(task, "val200", train);
      assertThat(val200.get(0)).isEqualTo(35084);
      assertThat(val200.get(199)).isEqualTo(47496);
    }
  }

  @Test
  void patchCamelyon() {
    OfficialOrder train = OfficialOrder.of("train", 262_144, i -> "train_" + i);
    List<Integer> train800 = slice("patch_camelyon", "train800", train);
    assertThat(train800.subList(0, 2)).containsExactly(251464, 132287).inOrder();
    assertThat(train800.get(799)).isEqualTo(109410);
    // The salt is the split's name, the key has another word.
    OfficialOrder validation = OfficialOrder.of("validation", 32_768, i -> "valid_" + i);
    List<Integer> val200 = slice("patch_camelyon", "val200", validation);
    assertThat(val200.subList(0, 2)).containsExactly(3270, 10310).inOrder();
    assertThat(val200.get(199)).isEqualTo(23465);
  }

  @Test
  void catalog_everyTask_hasSlicesOfTheSizesThatItNames() {
    for (Task task : Catalogs.load(Catalogs.VTAB1K).getTaskList()) {
      Map<String, Slice> slices = task.getOriginal().getSliceMap();
      assertThat(slices.keySet()).containsExactly("train800", "val200", "test");
      slices.forEach(
          (split, slice) -> {
            if (slice.hasTo()) {
              assertThat(slice.getTo() - slice.getFrom())
                  .isEqualTo(task.getSplitSizeOrThrow(split));
            }
          });
    }
  }

  @Test
  void sameKeyTwice_isRefused() {
    HydraException refused =
        assertThrows(HydraException.class, () -> OfficialOrder.of("train", 9, i -> "key" + i % 8));
    assertThat(refused.line()).isEqualTo("train: key0 is there twice, as examples 0 and 8");
  }

  @Test
  void sliceBeyondTheEnd_isRefused() {
    OfficialOrder few = OfficialOrder.ofPositions("train", 9);
    Slice slice = Slice.newBuilder().setSplit("train").setFrom(5).setTo(10).build();
    assertThat(assertThrows(HydraException.class, () -> few.slice(slice)).line())
        .isEqualTo("train[5:10] is wanted; there are 9 examples");
  }

  private static List<Integer> slice(String task, String split, OfficialOrder order) {
    for (Task each : Catalogs.load(Catalogs.VTAB1K).getTaskList()) {
      if (each.getName().equals(task)) {
        return order.slice(each.getOriginal().getSliceOrThrow(split));
      }
    }
    throw new AssertionError(task);
  }

  private static void assertSlice(
      List<Integer> slice, int size, long sum, List<Integer> first, List<Integer> last) {
    assertThat(slice).hasSize(size);
    assertThat(slice.stream().mapToLong(Integer::longValue).sum()).isEqualTo(sum);
    assertThat(slice.subList(0, first.size())).isEqualTo(first);
    assertThat(slice.subList(size - last.size(), size)).isEqualTo(last);
  }
}

package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Site;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JobIdTest {
  private static final JobKey KEY =
      JobKey.newBuilder()
          .setBenchmark("vtab1k")
          .setTask("dtd")
          .setClasses(47)
          .setMethod(Method.HYDRA)
          .setBranches(Branches.PARALLEL)
          .addAllSite(List.of(Site.ATTENTION, Site.MLP))
          .setRecipe(Recipe.newBuilder().setLearningRate(1e-3).setScale(0.1).setBatch(32))
          .setSeed(2)
          .build();

  @Test
  void of_anyKey_isSixteenHexDigits() {
    assertThat(JobId.of(KEY)).matches("[0-9a-f]{16}");
  }

  @Test
  void of_knownKey_keepsItsIdFromReleaseToRelease() {
    assertThat(JobId.canonicalText(KEY))
        .isEqualTo(
            """
            benchmark=6:vtab1k
            branches=8:PARALLEL
            classes=2:47
            recipe{}
            recipe.batch=2:32
            recipe.learning_rate=5:0.001
            recipe.scale=3:0.1
            seed=1:2
            site[0]=9:ATTENTION
            site[1]=3:MLP
            task=3:dtd
            """);
    assertThat(JobId.of(KEY)).isEqualTo("4c89737d4458173f");
  }

  @Test
  void of_eachFieldOfTheKeyChanged_givesAnotherId() {
    Set<String> ids = new HashSet<>();
    assertThat(ids.add(JobId.of(KEY))).isTrue();
    int changed = 0;
    for (FieldDescriptor field : JobKey.getDescriptor().getFields()) {
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        continue;
      }
      JobKey other = (JobKey) change(KEY, field);
      assertThat(ids.add(JobId.of(other))).isTrue();
      changed++;
    }
    for (FieldDescriptor field : Recipe.getDescriptor().getFields()) {
      if (field.getNumber() == Recipe.ORIGIN_FIELD_NUMBER) {
        continue;
      }
      Recipe recipe = (Recipe) change(KEY.getRecipe(), field);
      assertThat(ids.add(JobId.of(KEY.toBuilder().setRecipe(recipe).build()))).isTrue();
      changed++;
    }
    assertThat(changed)
        .isEqualTo(
            JobKey.getDescriptor().getFields().size()
                + Recipe.getDescriptor().getFields().size()
                - 2);
  }

  @Test
  void of_originOfTheNumbersChanged_isTheSameJob() {
    JobKey.Builder other = KEY.toBuilder();
    other.getRecipeBuilder().setOrigin("published");
    assertThat(JobId.of(other.build())).isEqualTo(JobId.of(KEY));
  }

  @Test
  void of_absentAndZero_areDifferentJobs() {
    JobKey.Builder zero = KEY.toBuilder();
    zero.getRecipeBuilder().setDropout(0);
    assertThat(JobId.of(zero.build())).isNotEqualTo(JobId.of(KEY));
  }

  @Test
  void of_valueThatLooksLikeTwoFields_isNotMistakenForThem() {
    JobKey one = JobKey.newBuilder().setTask("a\nseed=1:1").build();
    JobKey two = JobKey.newBuilder().setTask("a").setSeed(1).build();
    assertThat(JobId.of(one)).isNotEqualTo(JobId.of(two));
  }

  private static Message change(Message message, FieldDescriptor field) {
    Message.Builder builder = message.toBuilder();
    Object next = other(field, field.isRepeated() ? null : message.getField(field));
    if (field.isRepeated()) {
      builder.addRepeatedField(field, next);
    } else {
      builder.setField(field, next);
    }
    return builder.build();
  }

  private static Object other(FieldDescriptor field, Object value) {
    return switch (field.getJavaType()) {
      case STRING -> value + "x";
      case INT -> (Integer) value + 1;
      case LONG -> (Long) value + 1;
      case DOUBLE -> (Double) value + 0.5;
      case BOOLEAN -> !(Boolean) value;
      case ENUM -> another(field.getEnumType(), value);
      default -> throw new AssertionError("a type that the id has not met: " + field);
    };
  }

  private static EnumValueDescriptor another(EnumDescriptor type, Object value) {
    // Enums with one value have no other one yet; any number stands for the next.
    return type.getValues().stream()
        .filter(candidate -> !candidate.equals(value))
        .findFirst()
        .orElseGet(() -> type.findValueByNumberCreatingIfUnknown(99));
  }
}

package dev.mien.models.agegender;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.nn.Init;
import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.Shape;
import dev.mien.models.agegender.AgeGenderPlan.Injection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgeGenderNetTest {
  private static final Rng RNG = Rng.seed(3);
  private static final AgeGenderPlan JOINT = AgeGenderPlan.joint(AgeGroups.coarse());

  private static AgeGenderNet net(AgeGenderPlan plan) {
    return new AgeGenderNet(new TinyTrunk(RNG.split("trunk")), plan, RNG.split("heads"));
  }

  private static Parameter parameter(AgeGenderNet net, String name) {
    return (Parameter) net.namedVariables().get(name);
  }

  @Test
  void groupsHoldTheirAges() {
    var decade = AgeGroups.decade();
    assertEquals(9, decade.count());
    assertEquals(List.of(0, 0, 1, 7, 8, 8), List.of(decade.of(0), decade.of(9.99), decade.of(10), decade.of(79), decade.of(80), decade.of(116)));
    assertEquals("70–79", decade.label(7));
    assertEquals("80+", decade.label(8));
    var coarse = AgeGroups.coarse();
    assertEquals(List.of("0–12", "13–19", "20–34", "35–49", "50–64", "65+"), coarse.labels());
    assertEquals(List.of(0, 1, 1, 2, 5), List.of(coarse.of(12), coarse.of(13), coarse.of(19), coarse.of(20), coarse.of(65)));
    assertEquals("no age groups named 'decades'; there are decade, coarse",
        assertThrows(RuntimeException.class, () -> AgeGroups.named("decades")).getMessage());
    assertThrows(IllegalArgumentException.class, () -> new AgeGroups("odd", List.of(0, 20, 20)));
  }

  @Test
  void headsHaveTheirShapesAndNames() {
    try (var device = Device.open("reference"); var scope = device.scope()) {
      var x = scope.upload(Init.normal(RNG, 1, 4, 3, 8, 8));
      var all = net(JOINT.ages(101).hidden(7, 0.5)).to(device);
      var out = all.predict(x, Context.eval());
      assertEquals(Shape.of(4, 2), out.gender().shape());
      assertEquals(Shape.of(4, 6), out.group().shape());
      assertEquals(Shape.of(4, 101), out.age().shape());
      assertEquals(Shape.of(4, 109), all.forward(x, Context.eval()).shape());
      assertEquals(List.of("backbone.trunk.weight", "backbone.mask.weight", "gender.weight", "gender.bias", "hidden.weight", "hidden.bias",
          "group.weight", "group.bias", "age.weight", "age.bias"), List.copyOf(all.namedVariables().keySet()));
      assertEquals(Shape.of(7, 5 + 2), parameter(all, "hidden.weight").shape());
      var gender = net(AgeGenderPlan.genderOnly()).to(device).predict(x, Context.eval());
      assertNotNull(gender.gender());
      assertNull(gender.group());
      var age = net(AgeGenderPlan.ageOnly(AgeGroups.decade())).to(device).predict(x, Context.eval());
      assertNull(age.gender());
      assertEquals(Shape.of(4, 9), age.group().shape());
      assertNull(age.age());
      var explained = all.explain(x, Context.eval());
      assertEquals("A1", explained.attended().masks().getFirst().name());
      assertEquals(Shape.of(4, 5, 4, 4), explained.attended().map().shape());
      assertArrayEquals(out.group().download().doubles(), explained.output().group().download().doubles(), 0);
    }
  }

  @Test
  void inferenceKeepsNoMasks() {
    try (var device = Device.open("cpu"); var scope = device.scope()) {
      var net = net(JOINT).to(device);
      var x = scope.upload(Init.normal(RNG, 1, 4, 3, 8, 8));
      net.predict(x, Context.eval());
      int live = scope.liveTensors();
      net.explain(x, Context.eval());
      assertTrue(scope.liveTensors() - live >= live + 1, "mask and map stay for those who asked");
    }
  }

  /** Of the gender head in the loss of the age group. */
  @Test
  void injectionCarriesItsGradientOrNone() {
    for (var injection : Injection.values()) {
      try (var device = Device.open("reference"); var scope = device.scope()) {
        var net = net(JOINT.injection(injection)).to(device);
        var context = Context.train(RNG.split("step"));
        var out = net.predict(scope.upload(Init.normal(RNG, 1, 2, 3, 8, 8)), context);
        var gradients = DistributionLosses.crossEntropy(out.group(), scope.upload(HostTensor.of(new int[] {1, 4}, 2))).backward();
        var gender = gradients.of(parameter(net, "gender.weight"));
        assertEquals(injection == Injection.GRADIENT, gender != null, injection.name());
        assertEquals(injection == Injection.OFF ? 5 : 7, parameter(net, "group.weight").shape().dim(1));
        if (injection == Injection.DETACHED) {
          assertTrue(anyNonZero(gradients.of(parameter(net, "group.weight")).download().doubles(), 5, 7), "the probabilities are read");
        }
      }
    }
  }

  private static boolean anyNonZero(double[] matrix, int from, int columns) {
    for (int i = from; i < matrix.length; i += columns) {
      if (matrix[i] != 0) {
        return true;
      }
    }
    return false;
  }

  @Test
  void dropoutRunsInTrainingOnly() {
    try (var device = Device.open("reference"); var scope = device.scope()) {
      var net = net(JOINT.hidden(64, 0.5)).to(device);
      var x = scope.upload(Init.normal(RNG, 1, 2, 3, 8, 8));
      var still = net.predict(x, Context.eval()).group().download();
      assertEquals(still, net.predict(x, Context.eval()).group().download());
      assertFalse(still.equals(net.predict(x, Context.train(RNG.at(1))).group().download()));
    }
  }

  @Test
  void plansSurviveTheirMetadataAndRefuseNonsense() {
    for (var plan : List.of(JOINT.ages(101).hidden(512, 0.5), JOINT.injection(Injection.DETACHED), AgeGenderPlan.genderOnly(),
        AgeGenderPlan.ageOnly(new AgeGroups("halves", List.of(0, 50))))) {
      assertEquals(plan, AgeGenderPlan.fromMetadata(plan.toMetadata()));
    }
    assertThrows(IllegalArgumentException.class, () -> new AgeGenderPlan(false, null, 0, Injection.OFF, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> AgeGenderPlan.genderOnly().ages(101));
    assertThrows(IllegalArgumentException.class, () -> AgeGenderPlan.ageOnly(AgeGroups.decade()).injection(Injection.DETACHED));
    assertThrows(IllegalArgumentException.class, () -> JOINT.hidden(0, 0.5));
    assertEquals("the model file carries no plan.groupsFromYears",
        assertThrows(IllegalArgumentException.class, () -> AgeGenderPlan.fromMetadata(Map.of())).getMessage());
  }
}

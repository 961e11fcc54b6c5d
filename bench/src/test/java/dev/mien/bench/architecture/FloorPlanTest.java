package dev.mien.bench.architecture;

import static dev.mien.bench.architecture.House.CLASSES;
import static dev.mien.bench.architecture.House.within;
import static dev.mien.bench.architecture.Offences.names;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The picture of the house, arrow by arrow.
 *
 * <pre>
 * bench ─► training ─► models ─► engine ─► kernels/api ◄─ kernels/simd, kernels/opencl
 * </pre>
 */
class FloorPlanTest {
  private static final String VECTORS = "jdk.incubator.vector";
  private static final Map<String, Set<String>> MAY_USE = Map.of(
      "kernels/api", Set.of(),
      "kernels/simd", Set.of("kernels/api"),
      "kernels/opencl", Set.of("kernels/api"),
      "engine", Set.of("kernels/api"),
      "models", Set.of("engine"),
      "training", Set.of("engine", "models"));

  @Test
  void everyModuleWasRead() {
    for (var module : Repository.MODULES) {
      assertTrue(CLASSES.stream().anyMatch(c -> module.equals(House.module(c.getPackageName()))), module + " has no class files");
    }
    assertEquals(Set.of(), CLASSES.stream().filter(c -> House.module(c.getPackageName()) == null).collect(Collectors.toSet()));
  }

  @Test
  void arrowsGoOneWay() {
    MAY_USE.forEach((module, allowed) -> new Ban(module + " may use only " + allowed + " of the house",
        in(module, type -> {
          String other = House.module(packageOf(type));
          return other != null && !other.equals(module) && !allowed.contains(other);
        })).check(CLASSES));
  }

  @Test
  void theGroundFloorNeedsOnlyTheJdk() {
    new Ban("kernels/api depends only on java.*", in("kernels/api", t -> !within(packageOf(t), "dev.mien") && !isJava(t) || t.startsWith("javax."))).check(CLASSES);
  }

  @Test
  void onlyOneModuleNamesTheVectorApi() {
    new Ban("only kernels/simd names " + VECTORS, outside("kernels/simd", t -> within(packageOf(t), VECTORS))).check(CLASSES);
  }

  @Test
  void onlyOneModuleNamesJocl() {
    new Ban("only kernels/opencl names org.jocl", outside("kernels/opencl", t -> within(packageOf(t), "org.jocl"))).check(CLASSES);
  }

  @Test
  void cpuModulesCarryNoJarOfOthers() {
    for (var module : Set.of("kernels/simd", "engine", "models")) {
      new Ban(module + " has no third-party dependency",
          in(module, t -> !within(packageOf(t), "dev.mien") && !within(packageOf(t), VECTORS) && !isJava(t))).check(CLASSES);
    }
  }

  @Test
  void theReferenceIsPlain() {
    new Ban("the reference back-end uses no threads", Offences.in(p -> within(p, "dev.mien.kernels.reference"),
        names(t -> t.equals("java.lang.Thread") || within(packageOf(t), "java.util.concurrent") && !t.contains(".atomic.")))).check(CLASSES);
  }

  @Test
  void theEngineKnowsNoBackEnd() {
    new Ban("engine uses dev.mien.kernels and its files, never a provider, the reference included",
        in("engine", t -> within(packageOf(t), "dev.mien.kernels") && !packageOf(t).equals("dev.mien.kernels")
            && !packageOf(t).equals("dev.mien.kernels.files"))).check(CLASSES);
  }

  @Test
  void nobodyUsesAMain() {
    var mains = CLASSES.stream().filter(FloorPlanTest::isMain).map(JavaClass::getName).collect(Collectors.toCollection(TreeSet::new));
    assertTrue(mains.contains("dev.mien.training.age.TrainAge"), mains.toString());
    new Ban("a program is started, not called: only the table of commands names it",
        c -> names(t -> mains.contains(t) && !c.getName().startsWith(t)).apply(c),
        Ban.allow("training.cli.Main", "the table of commands")).check(CLASSES);
  }

  @Test
  void packagesFormNoCycle() {
    SlicesRuleDefinition.slices().assignedFrom(new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass c) {
        return within(c.getPackageName(), "dev.mien") ? SliceIdentifier.of(c.getPackageName()) : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "packages";
      }
    }).should().beFreeOfCycles().check(CLASSES);
  }

  private static Function<JavaClass, Collection<String>> in(String module, Predicate<String> type) {
    return Offences.in(p -> module.equals(House.module(p)), names(type));
  }

  private static Function<JavaClass, Collection<String>> outside(String module, Predicate<String> type) {
    return Offences.in(p -> !module.equals(House.module(p)), names(type));
  }

  private static boolean isMain(JavaClass c) {
    return within(c.getPackageName(), "dev.mien.training") && c.getMethods().stream().anyMatch(m -> m.getName().equals("main")
        && m.getModifiers().containsAll(Set.of(JavaModifier.PUBLIC, JavaModifier.STATIC)) && m.getRawParameterTypes().size() == 1);
  }

  /** Primitive types have no package. */
  private static boolean isJava(String type) {
    return packageOf(type).isEmpty() || within(packageOf(type), "java") || within(packageOf(type), "javax");
  }

  private static String packageOf(String type) {
    int dot = type.lastIndexOf('.');
    return dot < 0 ? "" : type.substring(0, dot);
  }
}

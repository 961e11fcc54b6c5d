package dev.mien.bench.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the rules themselves to account: each must find the offence planted for it, and an exception nobody needs must fail. */
class PlantedOffencesTest {
  private static final List<Class<?>> PLANTED = List.of(PlantedOffences.Serialization.class, PlantedOffences.Reflection.class,
      PlantedOffences.Processes.class, PlantedOffences.Terminal.class, PlantedOffences.Randomness.class, PlantedOffences.Clock.class,
      PlantedOffences.VectorPow.class, PlantedOffences.CommonPool.class, PlantedOffences.Threads.class, PlantedOffences.Decoding.class,
      PlantedOffences.FileWriting.class);
  private static final Map<Class<?>, JavaClasses> READ = new ConcurrentHashMap<>();

  @TestFactory
  Stream<DynamicTest> everyBanFindsItsOffence() {
    var bans = Bans.all();
    assertEquals(PLANTED.size(), bans.size());
    return Stream.iterate(0, i -> i < bans.size(), i -> i + 1).map(i -> DynamicTest.dynamicTest(PLANTED.get(i).getSimpleName(), () -> {
      var ban = bans.get(i);
      var error = assertThrows(AssertionError.class, () -> ban.check(read(PLANTED.get(i))));
      assertTrue(error.getMessage().startsWith(ban.rule()) && error.getMessage().contains(PLANTED.get(i).getName()), error.getMessage());
      Bans.withAllowances(ban, Ban.allow("bench.architecture.PlantedOffences", "planted")).check(read(PLANTED.get(i)));
      for (var other : PLANTED) {
        if (other != PLANTED.get(i)) {
          ban.check(read(other));
        }
      }
    }));
  }

  @Test
  void anExceptionThatNobodyNeedsFails() {
    var ban = Bans.withAllowances(Bans.CLOCK, Ban.allow("bench.architecture.Nobody", "gone long ago"));
    var error = assertThrows(AssertionError.class, () -> ban.check(read(String.class)));
    assertTrue(error.getMessage().contains("bench.architecture.Nobody is not needed any more"), error.getMessage());
  }

  @Test
  void anExposedArrayAndRawMemoryAreFound() {
    var error = assertThrows(AssertionError.class, () -> PublicApiTest.EXPOSED.check(read(PlantedOffences.Exposed.class)));
    assertTrue(error.getMessage().contains("WEIGHTS") && error.getMessage().contains("memory"), error.getMessage());
  }

  private static JavaClasses read(Class<?> one) {
    return READ.computeIfAbsent(one, c -> new ClassFileImporter().importClasses(c));
  }
}

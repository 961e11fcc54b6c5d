package dev.mien.bench.architecture;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Collection;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Ways to find what a class does: the members it uses and the types it names. */
final class Offences {
  private Offences() {}

  /** Uses of members (calls, constructions, field reads, method references), given as {@code type.member}, of which {@code *} is any. */
  static Function<JavaClass, Collection<String>> uses(String... members) {
    var banned = Set.of(members);
    return uses(a -> banned.contains(owner(a) + "." + a.getTarget().getName()) || banned.contains(owner(a) + ".*"));
  }

  static Function<JavaClass, Collection<String>> uses(Predicate<JavaAccess<?>> predicate) {
    return c -> c.getAccessesFromSelf().stream().filter(predicate)
        .map(a -> "uses " + owner(a) + "." + a.getTarget().getName() + " at line " + a.getLineNumber()).distinct().sorted().toList();
  }

  /** Any dependency on a type whose full name the predicate accepts. */
  static Function<JavaClass, Collection<String>> names(Predicate<String> type) {
    return c -> c.getDirectDependenciesFromSelf().stream().map(d -> d.getTargetClass().getBaseComponentType().getName()).filter(type)
        .distinct().sorted().map(n -> "names " + n).toList();
  }

  /** Both. */
  static Function<JavaClass, Collection<String>> either(Function<JavaClass, Collection<String>> first,
      Function<JavaClass, Collection<String>> second) {
    return c -> {
      var all = new java.util.TreeSet<>(first.apply(c));
      all.addAll(second.apply(c));
      return all;
    };
  }

  /** The same, looked for only in some packages. */
  static Function<JavaClass, Collection<String>> in(Predicate<String> packages, Function<JavaClass, Collection<String>> offences) {
    return c -> packages.test(c.getPackageName()) ? offences.apply(c) : Set.of();
  }

  static String owner(JavaAccess<?> access) {
    return access.getTargetOwner().getName();
  }
}

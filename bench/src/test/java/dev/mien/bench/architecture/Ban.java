package dev.mien.bench.architecture;

import static org.junit.jupiter.api.Assertions.fail;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayList;
import java.util.Collection;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Something that our code must not do, and who may do it all the same and why. An allowance that nobody needs any more fails too, so
 * the list of exceptions stays true.
 *
 * @param rule what is banned and what to use in its place
 * @param offences what a class does against the rule, a line for each; empty for an innocent class
 * @param allowances the exceptions
 */
record Ban(String rule, Function<JavaClass, Collection<String>> offences, Allowance... allowances) {
  /**
   * One exception.
   *
   * @param name a top-level class, or a package when it ends with a dot; without {@code dev.mien}
   * @param reason why it must
   */
  record Allowance(String name, String reason) {
    boolean covers(JavaClass c) {
      String name = topLevel(c).substring("dev.mien.".length());
      return this.name.endsWith(".") ? name.startsWith(this.name) : name.equals(this.name);
    }
  }

  static Allowance allow(String name, String reason) {
    return new Allowance(name, reason);
  }

  /** Fails with every offence that no allowance covers, and with every allowance that covers none. */
  void check(JavaClasses classes) {
    var problems = new ArrayList<String>();
    var needed = new TreeSet<String>();
    for (var c : classes) {
      var found = offences.apply(c);
      if (found.isEmpty()) {
        continue;
      }
      var allowed = Stream.of(allowances).filter(a -> a.covers(c)).toList();
      if (allowed.isEmpty()) {
        found.forEach(o -> problems.add(c.getName() + " " + o));
      }
      allowed.forEach(a -> needed.add(a.name));
    }
    Stream.of(allowances).filter(a -> !needed.contains(a.name))
        .forEach(a -> problems.add("the exception for " + a.name + " is not needed any more: strike it out"));
    if (!problems.isEmpty()) {
      fail(rule + "\n  " + String.join("\n  ", problems));
    }
  }

  private static String topLevel(JavaClass c) {
    return c.getName().replaceFirst("\\$.*", "");
  }
}

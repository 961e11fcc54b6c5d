package dev.mien.bench.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a public type may show: no array that a caller can change under its owner, no raw memory, no type of JOCL. */
class PublicApiTest {
  static final Ban EXPOSED = new Ban("public API shows no array field, no MemorySegment and no JOCL type", PublicApiTest::exposed);

  @Test
  void publicTypesShowNoInternals() {
    EXPOSED.check(House.CLASSES);
  }

  private static Collection<String> exposed(JavaClass c) {
    var found = new ArrayList<String>();
    if (!c.getModifiers().contains(JavaModifier.PUBLIC)) {
      return found;
    }
    c.getFields().stream().filter(PublicApiTest::isOpen).filter(f -> isBanned(f) || f.getRawType().isArray())
        .forEach(f -> found.add("shows the field " + f.getName()));
    c.getCodeUnits().stream().filter(PublicApiTest::isOpen).filter(PublicApiTest::namesBanned)
        .forEach(m -> found.add("shows raw memory or JOCL in " + m.getName()));
    return found;
  }

  private static boolean isOpen(JavaMember member) {
    return (member.getModifiers().contains(JavaModifier.PUBLIC) || member.getModifiers().contains(JavaModifier.PROTECTED))
        && !member.getModifiers().contains(JavaModifier.SYNTHETIC);
  }

  private static boolean isBanned(JavaField field) {
    return isBanned(field.getRawType());
  }

  private static boolean namesBanned(JavaCodeUnit unit) {
    return Stream.concat(Stream.of(unit.getRawReturnType()), unit.getRawParameterTypes().stream()).anyMatch(PublicApiTest::isBanned);
  }

  private static boolean isBanned(JavaClass type) {
    String name = type.getBaseComponentType().getName();
    return name.startsWith("java.lang.foreign.") || name.startsWith("org.jocl.");
  }
}

package dev.mien.bench.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;

/** The class files of the whole house, read once for all rules. */
final class House {
  /** Main code of every module, without the code that JMH generates. */
  static final JavaClasses CLASSES = read();

  private House() {}

  private static JavaClasses read() {
    var folders = Repository.MODULES.stream().map(Repository::classes).filter(Files::isDirectory).toList();
    return new ClassFileImporter().withImportOption(location -> !location.contains("jmh_generated")).importPaths(folders);
  }

  /** Whether {@code packageName} is {@code parent} or lies below it. */
  static boolean within(String packageName, String parent) {
    return packageName.equals(parent) || packageName.startsWith(parent + ".");
  }

  /** Module of a package of ours, as its folder; null for packages of others. */
  static String module(String packageName) {
    if (!within(packageName, "dev.mien")) {
      return null;
    }
    String top = packageName.split("\\.").length < 3 ? "" : packageName.split("\\.")[2];
    if (!top.equals("kernels")) {
      return top;
    }
    return within(packageName, "dev.mien.kernels.simd") ? "kernels/simd"
        : within(packageName, "dev.mien.kernels.opencl") ? "kernels/opencl" : "kernels/api";
  }
}

package dev.mien.kernels.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Locale;

/** Whether OpenCL can be called at all. Loading happens once; its failure is a sentence, never an error of the linker. */
final class ClLibrary {
  private static final String NO_LIBRARY = "there is no OpenCL library (libOpenCL.so.1): install an OpenCL loader and a driver, for example "
      + "the packages ocl-icd-libopencl1 and pocl-opencl-icd";
  private static final String DENIED = "native access is denied: add --enable-native-access=dev.mien.kernels.opencl,jocl (on a class path: "
      + "ALL-UNNAMED) to the java command";
  private static final String OBSTACLE = load();

  private ClLibrary() {}

  /** Why there is no OpenCL, in one sentence that names the remedy; null when there is. */
  static String obstacle() {
    return OBSTACLE;
  }

  /** Where JOCL looks for OpenCL. Asked here first, because JOCL prints lines of its own when it is not there. */
  private static boolean present() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    var names = system.contains("windows") ? List.of("OpenCL.dll")
        : system.contains("mac") ? List.of("/System/Library/Frameworks/OpenCL.framework/OpenCL") : List.of("libOpenCL.so.1", "libOpenCL.so");
    for (var name : names) {
      try (var arena = Arena.ofConfined()) {
        SymbolLookup.libraryLookup(name, arena);
        return true;
      } catch (IllegalArgumentException e) {
        // not under this name
      }
    }
    return false;
  }

  private static String load() {
    // JOCL unpacks its library to one fixed file: processes that start at once read it half-written. A name of its own avoids that.
    if (System.getProperty("uniqueLibraryNames") == null) {
      System.setProperty("uniqueLibraryNames", "true");
    }
    try {
      if (!present()) {
        return NO_LIBRARY;
      }
      Cl.load();
      return null;
    } catch (IllegalCallerException e) {
      return DENIED;
    } catch (NoClassDefFoundError e) {
      return "the OpenCL back-end needs JOCL and did not find it: add the dependency org.jocl:jocl";
    } catch (UnsatisfiedLinkError e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      return reason.contains("llegal native access") || reason.contains("restricted") ? DENIED : NO_LIBRARY;
    }
  }
}

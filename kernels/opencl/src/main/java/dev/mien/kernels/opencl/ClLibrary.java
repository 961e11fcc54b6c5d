package dev.mien.kernels.opencl;

/** Whether OpenCL can be called at all. Loading happens once; its failure is a sentence, never an error of the linker. */
final class ClLibrary {
  private static final String OBSTACLE = load();

  private ClLibrary() {}

  /** Why there is no OpenCL, in one sentence that names the remedy; null when there is. */
  static String obstacle() {
    return OBSTACLE;
  }

  private static String load() {
    // JOCL unpacks its library to one fixed file: processes that start at once read it half-written. A name of its own avoids that.
    if (System.getProperty("uniqueLibraryNames") == null) {
      System.setProperty("uniqueLibraryNames", "true");
    }
    try {
      Cl.load();
      return null;
    } catch (NoClassDefFoundError e) {
      return "the OpenCL back-end needs JOCL and did not find it: add the dependency org.jocl:jocl";
    } catch (UnsatisfiedLinkError e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      if (reason.contains("llegal native access") || reason.contains("restricted")) {
        return "native access is denied to JOCL: add --enable-native-access=jocl (on a class path: ALL-UNNAMED) to the java command";
      }
      return "there is no OpenCL library (libOpenCL.so.1): install an OpenCL loader and a driver, for example the packages "
          + "ocl-icd-libopencl1 and pocl-opencl-icd";
    }
  }
}

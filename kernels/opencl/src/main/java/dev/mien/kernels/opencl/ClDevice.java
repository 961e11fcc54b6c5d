package dev.mien.kernels.opencl;

import java.util.ArrayList;
import java.util.List;
import org.jocl.CL;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/**
 * A device and what it can hold.
 *
 * @param id OpenCL's handle
 * @param platform the platform that it belongs to
 * @param name the vendor's name for it
 * @param vendor who made it
 * @param version of OpenCL, and {@code driver} of its driver: both belong to the key of a compiled program
 * @param gpu whether it is a graphics processor
 * @param units compute units
 * @param groupLimit the most items in a work-group
 * @param localBytes local memory of a work-group
 * @param memoryBytes global memory, and {@code allocationBytes} the largest buffer
 * @param alignmentBytes what the origin of a sub-buffer must be a multiple of
 * @param doubles whether there is double precision
 * @param capability 10 times NVIDIA's compute capability, 0 where the device does not say
 * @param obstacle why it cannot be used; null when it can
 */
record ClDevice(cl_device_id id, cl_platform_id platform, String name, String vendor, String version, String driver, boolean gpu, int units,
                int groupLimit, long localBytes, long memoryBytes, long allocationBytes, int alignmentBytes, boolean doubles, int capability,
                String obstacle) {
  /** What every kernel keeps to. */
  static final int GROUP = 256;
  private static final int LOCAL_BYTES = 32 << 10;
  private static final String NVIDIA = "NVIDIA";
  /** Keys of NVIDIA's own, major and minor number. */
  private static final int CAPABILITY_MAJOR = 0x4000;
  private static final int CAPABILITY_MINOR = 0x4001;

  /** All devices of all platforms, in OpenCL's order; empty when there is no platform. */
  static List<ClDevice> all() {
    var found = new ArrayList<ClDevice>();
    cl_platform_id[] platforms;
    try {
      platforms = Cl.platforms();
    } catch (OpenClException e) {
      if (e.code() != Cl.PLATFORM_NOT_FOUND) {
        throw e;
      }
      return found;
    }
    for (var platform : platforms) {
      for (var device : Cl.devices(platform)) {
        found.add(of(platform, device));
      }
    }
    return found;
  }

  private static ClDevice of(cl_platform_id platform, cl_device_id id) {
    String name = Cl.deviceText(id, CL.CL_DEVICE_NAME);
    String vendor = Cl.deviceText(id, CL.CL_DEVICE_VENDOR);
    String version = Cl.deviceText(id, CL.CL_DEVICE_VERSION);
    int group = (int) Cl.deviceNumber(id, CL.CL_DEVICE_MAX_WORK_GROUP_SIZE);
    long local = Cl.deviceNumber(id, CL.CL_DEVICE_LOCAL_MEM_SIZE);
    boolean compiler = (Cl.deviceNumber(id, CL.CL_DEVICE_COMPILER_AVAILABLE) & 1) != 0;
    boolean available = (Cl.deviceNumber(id, CL.CL_DEVICE_AVAILABLE) & 1) != 0;
    boolean little = (Cl.deviceNumber(id, CL.CL_DEVICE_ENDIAN_LITTLE) & 1) != 0;
    String obstacle = !available ? "it is not available"
        : !compiler ? "its driver has no compiler"
        : !little ? "it is big-endian"
        : group < GROUP ? "its work-groups hold " + group + " items, " + GROUP + " are needed"
        : local < LOCAL_BYTES ? "it has " + local + " bytes of local memory, " + LOCAL_BYTES + " are needed"
        : null;
    return new ClDevice(id, platform, name, vendor, version, Cl.deviceText(id, CL.CL_DRIVER_VERSION),
        (Cl.deviceNumber(id, CL.CL_DEVICE_TYPE) & CL.CL_DEVICE_TYPE_GPU) != 0, (int) Cl.deviceNumber(id, CL.CL_DEVICE_MAX_COMPUTE_UNITS), group,
        local, Cl.deviceNumber(id, CL.CL_DEVICE_GLOBAL_MEM_SIZE), Cl.deviceNumber(id, CL.CL_DEVICE_MAX_MEM_ALLOC_SIZE),
        Math.max(1, (int) (Cl.deviceNumber(id, CL.CL_DEVICE_MEM_BASE_ADDR_ALIGN) & 0xffffffffL) / 8),
        Cl.deviceText(id, CL.CL_DEVICE_EXTENSIONS).contains("cl_khr_fp64"),
        vendor.contains(NVIDIA) ? capability(id) : 0, obstacle);
  }

  private static int capability(cl_device_id id) {
    try {
      return (int) (10 * Cl.deviceNumber(id, CAPABILITY_MAJOR) + Cl.deviceNumber(id, CAPABILITY_MINOR));
    } catch (OpenClException e) {
      return 0;
    }
  }

  boolean nvidia() {
    return vendor.contains(NVIDIA);
  }

  /** For {@code mien doctor}. */
  String describe() {
    return name + ", " + Cl.platformText(platform, CL.CL_PLATFORM_NAME) + ", " + version + ", driver " + driver + ", " + units
        + (units == 1 ? " unit, " : " units, ") + (memoryBytes >> 20) + " MiB, buffers up to " + (allocationBytes >> 20) + " MiB, "
        + (localBytes >> 10) + " KiB local, groups of " + groupLimit + (doubles ? ", double precision" : ", no double precision");
  }
}

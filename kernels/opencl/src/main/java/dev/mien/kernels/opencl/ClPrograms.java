package dev.mien.kernels.opencl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jocl.cl_kernel;
import org.jocl.cl_program;

/**
 * The kernels of a context. Programs are {@code .cl} resources, each put behind {@code common.cl}, a few of several resources; they are built when
 * first asked for, from the cache on disk where it holds them. Shapes are arguments of kernels, so there are few more programs than resources.
 */
final class ClPrograms {
  private static final String OPTIONS = "-cl-std=CL1.2";
  /** Programs of more than the resource of their name. */
  private static final Map<String, List<String>> PARTS = Map.of("dense", List.of("tile", "dense"),
      "tensor", List.of("mma", "tensor", "dense"), "probe", List.of("mma", "probe"));

  private final ClContext context;
  private final ProgramCache cache;
  private final Map<String, cl_program> programs = new HashMap<>();
  private final Map<String, Kernel> kernels = new HashMap<>();

  ClPrograms(ClContext context) {
    this.context = context;
    this.cache = new ProgramCache(context.device);
  }

  /** A kernel with its lock: arguments are state of the object, so setting them and launching is one step. */
  record Kernel(String name, cl_kernel handle) {}

  /** The kernel {@code name} of the resource {@code program}, built with further options. */
  synchronized Kernel kernel(String program, String options, String name) {
    context.checkOpen();
    String key = program + options + ' ' + name;
    var kernel = kernels.get(key);
    if (kernel == null) {
      var built = programs.get(program + options);
      if (built == null) {
        built = build(program, options);
        programs.put(program + options, built);
      }
      kernel = new Kernel(name, Cl.createKernel(built, name));
      kernels.put(key, kernel);
      long local = Cl.kernelLocalBytes(kernel.handle, context.device.id(), name);
      // A device need not check it (PoCL does not). NVIDIA's does, and tells 128 bytes more than a kernel declares, so that one of 48 KiB seems too large.
      if (local > context.device.localBytes() && !context.device.nvidia()) {
        throw new OpenClException(0, "OpenCL: kernel " + name + " needs " + local + " bytes of local memory, the device "
            + context.device.name() + " has " + context.device.localBytes(), null);
      }
    }
    return kernel;
  }

  private cl_program build(String name, String further) {
    var source = new StringBuilder(resource("common"));
    PARTS.getOrDefault(name, List.of(name)).forEach(part -> source.append('\n').append(resource(part)));
    return build(name, source.toString(), further);
  }

  private cl_program build(String name, String source, String further) {
    String options = OPTIONS + further + (context.device.doubles() ? " -DHAS_FP64" : "");
    byte[] binary = cache.read(source, options);
    if (binary != null) {
      var program = fromBinary(binary, options, name);
      if (program != null) {
        return program;
      }
    }
    var program = Cl.createProgram(context.handle, source, name);
    try {
      Cl.build(program, context.device.id(), options, name);
      cache.write(source, options, Cl.binary(program, name));
      return program;
    } catch (RuntimeException e) {
      releaseAfter(program, e);
      throw e;
    }
  }

  /** Null when the device does not take the binary any more: then the source is built. */
  private cl_program fromBinary(byte[] binary, String options, String name) {
    cl_program program;
    try {
      program = Cl.createProgram(context.handle, context.device.id(), binary, name);
    } catch (OpenClException e) {
      return null;
    }
    try {
      Cl.build(program, context.device.id(), options, name);
      return program;
    } catch (OpenClException e) {
      releaseAfter(program, e);
      return null;
    }
  }

  private static void releaseAfter(cl_program program, RuntimeException failure) {
    try {
      Cl.release(program);
    } catch (OpenClException e) {
      failure.addSuppressed(e);
    }
  }

  private static String resource(String name) {
    try (var in = ClPrograms.class.getResourceAsStream(name + ".cl")) {
      if (in == null) {
        throw new IllegalStateException("the resource " + name + ".cl is missing in the jar of mien-kernels-opencl");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized void close() {
    var steps = new java.util.ArrayList<Runnable>();
    kernels.values().forEach(k -> steps.add(() -> Cl.release(k.handle)));
    programs.values().forEach(p -> steps.add(() -> Cl.release(p)));
    kernels.clear();
    programs.clear();
    Releases.all(steps.toArray(new Runnable[0]));
  }
}

package dev.mien.bench.architecture;

import static dev.mien.bench.architecture.Offences.either;
import static dev.mien.bench.architecture.Offences.names;
import static dev.mien.bench.architecture.Offences.owner;
import static dev.mien.bench.architecture.Offences.uses;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** The bans on members and types of the JDK. */
final class Bans {
  static final Ban SERIALIZATION = new Ban("no Java serialization: files hold data, never classes (exceptions and enums are "
      + "serializable by birth)", either(Bans::serializable, names(t -> t.equals("java.io.ObjectInputStream")
          || t.equals("java.io.ObjectOutputStream") || t.equals("java.io.Externalizable"))));

  static final Ban REFLECTION = new Ban("no setAccessible, no Unsafe, no internals of the JDK", either(
      uses(a -> Set.of("setAccessible", "trySetAccessible").contains(a.getTarget().getName())
          && owner(a).startsWith("java.lang.reflect.")),
      names(t -> t.endsWith(".Unsafe") || t.startsWith("jdk.internal.") || t.startsWith("sun."))));

  static final Ban PROCESSES = new Ban("no other process is started", either(uses("java.lang.Runtime.exec"),
      names(t -> t.equals("java.lang.ProcessBuilder"))));

  private static final Set<String> TERMINAL_MEMBERS = Set.of("java.lang.System.exit", "java.lang.System.out", "java.lang.System.err",
      "java.lang.System.console", "java.lang.Runtime.exit", "java.lang.Runtime.halt", "java.lang.Throwable.printStackTrace");

  static final Ban TERMINAL = new Ban("only a main method ends the JVM or prints; everything else throws and logs",
      uses(a -> TERMINAL_MEMBERS.contains(owner(a) + "." + a.getTarget().getName()) && !a.getOrigin().getName().equals("main")));

  static final Ban RANDOMNESS = new Ban("randomness only through Rng (kernels: CounterRandom), which a run can repeat", either(
      uses("java.lang.Math.random", "java.lang.StrictMath.random", "java.util.UUID.randomUUID", "java.util.Collections.shuffle"),
      names(t -> t.equals("java.util.Random") || t.equals("java.util.SplittableRandom") || t.equals("java.security.SecureRandom")
          || t.equals("java.util.concurrent.ThreadLocalRandom") || t.startsWith("java.util.random."))));

  static final Ban CLOCK = new Ban("no clock: results depend on nothing but arguments", either(
      uses("java.lang.System.currentTimeMillis", "java.lang.System.nanoTime"),
      names(t -> t.startsWith("java.time.") || t.equals("java.util.Date") || t.equals("java.util.Calendar"))));

  static final Ban VECTOR_POW = new Ban("no vector method whose bits change when the JIT takes over; VectorMath has its own",
      uses(a -> owner(a).startsWith("jdk.incubator.vector.")
          && (a.getTarget().getName().equals("pow") || a.getTarget().getName().equals("reduceLanesToLong"))));

  static final Ban COMMON_POOL = new Ban("no parallel stream and no common pool", either(
      uses(a -> Set.of("parallelStream", "parallel").contains(a.getTarget().getName()) && owner(a).startsWith("java.util.")),
      names(t -> t.startsWith("java.util.concurrent.ForkJoin") || t.equals("java.util.concurrent.CompletableFuture")
          || t.equals("java.util.Timer"))));

  static final Ban THREADS = new Ban("threads only from the back-end's workers and the loader", either(
      uses(a -> owner(a).equals("java.lang.Thread") && Set.of("<init>", "ofPlatform", "ofVirtual", "startVirtualThread")
          .contains(a.getTarget().getName())),
      names(t -> t.equals("java.util.concurrent.Executors") || t.equals("java.util.concurrent.ThreadPoolExecutor")
          || t.equals("java.util.concurrent.ScheduledThreadPoolExecutor"))));

  static final Ban DECODING = new Ban("pictures are decoded by models.image.ImageDecoder only, which has limits and a deadline", either(
      uses(a -> owner(a).equals("javax.imageio.ImageIO") && !a.getTarget().getName().equals("write")
          || owner(a).equals("java.awt.Toolkit") || owner(a).equals("javax.swing.ImageIcon")),
      names(t -> t.startsWith("javax.imageio.ImageReader") || t.startsWith("javax.imageio.spi.")
          || t.startsWith("javax.imageio.stream.") || t.startsWith("com.twelvemonkeys."))));

  private static final Set<String> WRITERS = Set.of("write", "writeString", "newOutputStream", "newBufferedWriter", "newByteChannel",
      "copy", "move", "createFile", "createTempFile", "createTempDirectory", "createLink", "createSymbolicLink", "delete",
      "deleteIfExists");

  static final Ban FILE_WRITING = new Ban("files are written through AtomicFiles (DurableFiles): temp file, fsync, rename", either(
      uses(Bans::opensForWriting),
      names(t -> t.equals("java.io.FileOutputStream") || t.equals("java.io.RandomAccessFile") || t.equals("java.io.FileWriter"))));

  private Bans() {}

  static Ban withAllowances(Ban ban, Ban.Allowance... allowances) {
    return new Ban(ban.rule(), ban.offences(), allowances);
  }

  /** All of them, for the test of the tests. */
  static List<Ban> all() {
    return List.of(SERIALIZATION, REFLECTION, PROCESSES, TERMINAL, RANDOMNESS, CLOCK, VECTOR_POW, COMMON_POOL, THREADS, DECODING,
        FILE_WRITING);
  }

  /** A channel is open for writing where the method names an option that writes: the channel itself may well be for reading. */
  private static boolean opensForWriting(JavaAccess<?> a) {
    String name = a.getTarget().getName();
    return owner(a).equals("java.nio.file.Files") && WRITERS.contains(name)
        || owner(a).equals(StandardOpenOption.class.getName()) && Set.of("WRITE", "APPEND", "CREATE", "CREATE_NEW").contains(name)
        || Set.of("java.io.PrintWriter", "java.io.PrintStream", "java.util.Formatter").contains(owner(a)) && name.equals("<init>")
            && takesFile(a);
  }

  private static boolean takesFile(JavaAccess<?> a) {
    return a.getTarget() instanceof com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget target
        && !target.getRawParameterTypes().isEmpty()
        && Set.of("java.io.File", "java.lang.String").contains(target.getRawParameterTypes().getFirst().getName());
  }

  private static Collection<String> serializable(JavaClass c) {
    boolean by = c.isAssignableTo(java.io.Serializable.class) && !c.isAssignableTo(Throwable.class) && !c.isAssignableTo(Enum.class);
    return by ? List.of("is Serializable") : List.of();
  }
}

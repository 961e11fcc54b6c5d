package dev.mien.kernels.opencl;

import dev.mien.kernels.files.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Compiled programs on disk, one file each, named by a hash of everything that they depend on: source, options, device, driver. The file
 * begins with the SHA-256 of the rest; what does not match it is not used. A folder that cannot be written means no cache, nothing else.
 * {@code -Dmien.opencl.cache=FOLDER} moves it; an empty value turns it off.
 */
final class ProgramCache {
  private static final System.Logger LOG = System.getLogger(ProgramCache.class.getName());
  private static final int HASH_BYTES = 32;

  private final Path folder;
  private final String device;

  ProgramCache(ClDevice device) {
    this.folder = folder();
    this.device = device.name() + '\n' + device.version() + '\n' + device.driver();
  }

  /** Null where nothing is to be kept. */
  static Path folder() {
    String given = System.getProperty("mien.opencl.cache");
    if (given != null) {
      return given.isBlank() ? null : Path.of(given);
    }
    String base = System.getenv("XDG_CACHE_HOME");
    return (base == null || base.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(base)).resolve("mien/opencl");
  }

  /** The binary, or null. */
  byte[] read(String source, String options) {
    if (folder == null) {
      return null;
    }
    var file = file(source, options);
    try {
      if (!Files.isRegularFile(file)) {
        return null;
      }
      byte[] all = Files.readAllBytes(file);
      if (all.length > HASH_BYTES) {
        byte[] binary = Arrays.copyOfRange(all, HASH_BYTES, all.length);
        if (Arrays.equals(sha256(binary), Arrays.copyOf(all, HASH_BYTES))) {
          return binary;
        }
      }
      LOG.log(System.Logger.Level.DEBUG, "the cached program {0} is damaged; it is built again", file);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "the cached program " + file + " cannot be read; it is built again", e);
    }
    return null;
  }

  void write(String source, String options, byte[] binary) {
    if (folder == null) {
      return;
    }
    var file = file(source, options);
    try {
      Files.createDirectories(folder);
      AtomicFiles.write(file, out -> {
        out.write(sha256(binary));
        out.write(binary);
      });
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "the program cannot be kept as " + file, e);
    }
  }

  private Path file(String source, String options) {
    String key = source + '\0' + options + '\0' + device;
    return folder.resolve(hash(key) + ".bin");
  }

  static String hash(String key) {
    return HexFormat.of().formatHex(sha256(key.getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}

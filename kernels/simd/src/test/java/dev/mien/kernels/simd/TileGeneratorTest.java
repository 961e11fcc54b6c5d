package dev.mien.kernels.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TileGeneratorTest {
  @Test
  void checkedInKernelsAreTheGeneratorsOutput() throws IOException {
    Path folder = Path.of("").toAbsolutePath();
    if (!Files.exists(folder.resolve("src/main/java/dev/mien/kernels/simd"))) {
      folder = folder.resolve("kernels/simd");
    }
    folder = folder.resolve("src/main/java/dev/mien/kernels/simd");
    for (var file : TileGenerator.files().entrySet()) {
      assertEquals(file.getValue(), Files.readString(folder.resolve(file.getKey())),
          file.getKey() + " was edited by hand or is out of date: run TileGenerator");
    }
  }
}

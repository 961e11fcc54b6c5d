package dev.mien.bench.consumers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.bench.architecture.Repository;
import dev.mien.models.age.AgeModel;
import dev.mien.models.image.ImageContract;
import dev.mien.models.image.Normalization;
import dev.mien.training.data.AgeDataset;
import dev.mien.training.data.AgeSource;
import dev.mien.training.data.OpenOptions;
import dev.mien.training.data.Split;
import dev.mien.training.data.SyntheticAges;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the top README is compiled as it stands there, and run on a few synthetic faces. */
class ReadmeExampleTest {
  private static final Pattern BLOCK = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);
  private static final int SIDE_PX = 32;

  @TempDir
  Path folder;

  @Test
  void theExampleTrainsSavesAndPredicts() throws Exception {
    var contract = ImageContract.rgb(Normalization.IMAGENET, SIDE_PX, "synthetic");
    try (var source = SyntheticAges.open(90, OpenOptions.defaults().shrinkToPx(48).cacheBytes(1 << 26))) {
      var train = AgeDataset.of(source, Split.TRAIN, (image, rng, out, offset) -> contract.write(image, out, offset), SIDE_PX, 100);
      assertTrue(train.size() >= 64, "one batch of the example is 64 pictures, there are " + train.size());
      var checkpoint = folder.resolve("checkpoint.safetensors");
      var model = folder.resolve("model.safetensors");
      var ages = (float[]) compile(example()).getMethod("run", AgeDataset.class, ImageContract.class, Path.class, Path.class, Path.class)
          .invoke(null, train, contract, checkpoint, model, picture(source));
      assertEquals(101, ages.length);
      double mass = 0;
      for (float p : ages) {
        mass += p;
      }
      assertEquals(1, mass, 1e-4);
      assertEquals("resnet18", AgeModel.load(model).model().architecture());
      assertTrue(Files.size(checkpoint) > Files.size(model), "a checkpoint holds the optimiser's state too");
    }
  }

  private static String example() throws Exception {
    var found = BLOCK.matcher(Files.readString(Repository.root().resolve("README.md")));
    assertTrue(found.find(), "README.md has no ```java block");
    return found.group(1);
  }

  /** A picture file, written as the simplest format that the decoder reads. */
  private Path picture(AgeSource source) throws Exception {
    var image = source.read(0);
    var file = folder.resolve("photo.ppm");
    var header = ("P6 " + image.width() + " " + image.height() + " 255\n").getBytes();
    var pixels = image.toBytes();
    var bytes = Arrays.copyOf(header, header.length + pixels.length);
    System.arraycopy(pixels, 0, bytes, header.length, pixels.length);
    return Files.write(file, bytes);
  }

  private Class<?> compile(String example) throws Exception {
    var text = """
        import dev.mien.engine.io.*;
        import dev.mien.engine.nn.*;
        import dev.mien.engine.optim.*;
        import dev.mien.engine.random.*;
        import dev.mien.engine.tensor.*;
        import dev.mien.models.age.*;
        import dev.mien.models.backbone.*;
        import dev.mien.models.image.*;
        import dev.mien.models.loss.*;
        import dev.mien.training.data.*;
        import java.nio.file.Path;

        public class Example {
          public static float[] run(AgeDataset trainSet, ImageContract contract, Path checkpoint, Path path, Path photo) {
        %s
            return ages;
          }
        }
        """.formatted(example);
    var compiler = ToolProvider.getSystemJavaCompiler();
    var words = new StringWriter();
    var source = new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
    var options = List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"), "--release", "25", "-proc:none");
    boolean compiled = compiler.getTask(words, null, null, options, null, List.of(source)).call();
    assertTrue(compiled, () -> "the example of README.md does not compile:\n" + words + text);
    return new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader()).loadClass("Example");
  }
}

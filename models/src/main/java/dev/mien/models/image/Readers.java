package dev.mien.models.image;

import dev.mien.engine.tensor.MienException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** ImageIO's readers by origin: the JDK's own, and those that a plug-in brought. */
final class Readers {
  private static final String JDK_MODULE = "java.desktop";

  private Readers() {}

  /** The JDK's own reader, whatever order plug-ins have put themselves in. */
  static ImageReaderSpi jdk(String format) {
    return found(format, true).stream().findFirst().orElseThrow(
        () -> new MienException("this Java has no " + format + " reader of its own; expected one in module " + JDK_MODULE));
  }

  static List<ImageReaderSpi> plugins(String format) {
    return found(format, false);
  }

  static ImageReader open(ImageReaderSpi provider, CancellableInput input) throws IOException {
    var reader = provider.createReaderInstance();
    reader.setInput(input, true, true);
    return reader;
  }

  private static List<ImageReaderSpi> found(String format, boolean ofJdk) {
    var result = new ArrayList<ImageReaderSpi>();
    var providers = IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
    while (providers.hasNext()) {
      var provider = providers.next();
      boolean isJdk = JDK_MODULE.equals(provider.getClass().getModule().getName());
      if (isJdk == ofJdk && Arrays.asList(provider.getFormatNames()).contains(format)) {
        result.add(provider);
      }
    }
    return result;
  }
}

package dev.mien.training.command;

import dev.mien.training.run.CodeVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
public final class MienVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"mien " + CodeVersion.current() + ", JDK " + Runtime.version()};
  }
}

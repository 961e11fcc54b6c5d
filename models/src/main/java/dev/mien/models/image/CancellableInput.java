package dev.mien.models.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/** Bytes in memory as ImageIO wants them, without its caches; fails every read once cancelled. */
final class CancellableInput extends ImageInputStreamImpl {
  private final byte[] bytes;
  private volatile boolean cancelled;

  CancellableInput(byte[] bytes) {
    this.bytes = bytes;
  }

  void cancel() {
    cancelled = true;
  }

  @Override
  public int read() throws IOException {
    check();
    bitOffset = 0;
    return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    check();
    bitOffset = 0;
    if (streamPos >= bytes.length) {
      return length == 0 ? 0 : -1;
    }
    int count = (int) Math.min(length, bytes.length - streamPos);
    System.arraycopy(bytes, (int) streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return bytes.length;
  }

  private void check() throws IOException {
    checkClosed();
    if (cancelled) {
      throw new IOException("decoding was given up after its deadline");
    }
  }
}

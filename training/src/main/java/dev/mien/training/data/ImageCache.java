package dev.mien.training.data;

import dev.mien.models.image.RgbImage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Decoded pictures kept in memory up to a budget, first come, first kept. Which ones are kept changes speed only. */
final class ImageCache {
  private final AtomicReferenceArray<RgbImage> slots;
  private final AtomicLong leftBytes;

  ImageCache(int size, long bytes) {
    slots = new AtomicReferenceArray<>(size);
    leftBytes = new AtomicLong(bytes);
  }

  /** The picture, or null when it is not kept. */
  RgbImage get(int i) {
    return slots.get(i);
  }

  /** Keeps the picture if there is room. */
  void offer(int i, RgbImage image) {
    long bytes = 3L * image.width() * image.height();
    if (leftBytes.get() < bytes) {
      return;
    }
    if (leftBytes.addAndGet(-bytes) < 0 || !slots.compareAndSet(i, null, image)) {
      leftBytes.addAndGet(bytes);
    }
  }

  /** A cache of some of these pictures under new numbers, with the room that is left. */
  ImageCache select(int[] kept) {
    var selected = new ImageCache(kept.length, leftBytes.get());
    for (int i = 0; i < kept.length; i++) {
      selected.slots.set(i, slots.get(kept[i]));
    }
    return selected;
  }
}

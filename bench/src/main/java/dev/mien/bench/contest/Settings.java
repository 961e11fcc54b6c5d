package dev.mien.bench.contest;

import java.nio.file.Path;
import java.util.List;

/**
 * How to measure.
 *
 * @param device the device that our own engine computes on
 * @param peers whether the peers take part
 * @param rounds undisturbed rounds wanted of a short work
 * @param longRounds the same where one run takes longer than a second
 * @param lock a file that benches on this machine lock in turn, or null
 * @param cache a folder for models that cold starts read
 * @param ourJava options of the JVM of our own process, the class path among them
 * @param peerJava the same for peers
 */
public record Settings(String device, boolean peers, int rounds, int longRounds, String lock, Path cache, List<String> ourJava, List<String> peerJava) {
  /** Enough for a number to be written down. */
  public static final int FULL_ROUNDS = 9;
  /** Enough for a first look. */
  public static final int QUICK_ROUNDS = 5;
}

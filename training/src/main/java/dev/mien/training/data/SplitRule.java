package dev.mien.training.data;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The rule that splits data sets which bring no split: SHA-1 of a key in UTF-8, read as one unsigned big-endian integer, modulo
 * 10; 0 to 7 is training, 8 validation, 9 test. The key is what must stay together: the minute of a UTKFace picture (the first 12
 * digits of its timestamp), a person, or a file name.
 */
public final class SplitRule {
  private static final BigInteger TEN = BigInteger.TEN;

  private SplitRule() {}

  /** The split of a key. */
  public static Split of(String key) {
    int digit = new BigInteger(1, digest("SHA-1").digest(key.getBytes(StandardCharsets.UTF_8))).mod(TEN).intValue();
    return digit < 8 ? Split.TRAIN : digit == 8 ? Split.VALIDATION : Split.TEST;
  }

  /** A digest that every JDK has. */
  public static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}

package dev.mien.engine.io;

/**
 * What a JSON text may cost.
 *
 * @param sizeBytes bytes of UTF-8
 * @param depth objects and arrays inside one another, the outermost included
 * @param values values of every kind, keys not counted
 */
public record JsonLimits(long sizeBytes, int depth, long values) {
  /** 16 MiB, 32 levels, 500,000 values. */
  public static final JsonLimits DEFAULT = new JsonLimits(16L << 20, 32, 500_000);
}

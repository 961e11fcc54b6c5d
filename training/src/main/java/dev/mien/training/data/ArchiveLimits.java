package dev.mien.training.data;

/**
 * What an archive may ask for before it is refused.
 *
 * @param entryBytes size of one unpacked file
 * @param ratio unpacked over packed size of one file (files below {@link #SMALL_BYTES} are exempt: they cannot hurt)
 * @param entries number of files and folders
 * @param totalBytes unpacked size of all files
 */
public record ArchiveLimits(long entryBytes, int ratio, int entries, long totalBytes) {
  /** Files up to this size may have any ratio. */
  public static final long SMALL_BYTES = 64 << 10;
  /** 256 MiB a file, 100:1, two million entries, 64 GiB in all. */
  public static final ArchiveLimits DEFAULT = new ArchiveLimits(256L << 20, 100, 2_000_000, 64L << 30);
}

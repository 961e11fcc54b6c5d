package dev.mien.training.data;

/** What can be noticed about an item of a data set; {@link #skipped()} tells whether the item was left out for it. */
public enum Finding {
  MALFORMED_NAME("malformedNames", "malformed name", "malformed names", true),
  UNREADABLE_IMAGE("unreadableImages", "unreadable image", "unreadable images", true),
  MISSING_FILE("missingFiles", "file of the index is not there", "files of the index are not there", true),
  IGNORED_BY_LIST("ignoredByList", "training image on the ignore list", "training images on the ignore list", true),
  REPEATED_NAME("repeatedNames", "further copy of a file name", "further copies of file names", true),
  NOT_IN_INDEX("notInIndex", "image without a row in the index", "images without a row in the index", true),
  OTHER_FILE("otherFiles", "file that is no image", "files that are no images", true),
  ABOVE_LAST_CLASS("aboveLastClass", "age above the last class (trains as the last class, is scored at the true age)",
      "ages above the last class (train as the last class, are scored at the true age)", false),
  EXACT_DUPLICATE("exactDuplicates", "image byte-identical to an earlier one", "images byte-identical to an earlier one", false),
  CONFLICTING_DUPLICATE("conflictingDuplicates", "byte-identical image with another age",
      "byte-identical images with another age", false),
  NEAR_DUPLICATE("nearDuplicates", "image nearly identical to an earlier one", "images nearly identical to an earlier one",
      false),
  MOVED_BY_DUPLICATE("movedByDuplicates", "image moved to the split of its duplicates",
      "images moved to the split of their duplicates", false),
  DUPLICATE_ACROSS_SPLITS("duplicatesAcrossSplits", "duplicate across splits that the data set itself fixes",
      "duplicates across splits that the data set itself fixes", false);

  private final String key;
  private final String one;
  private final String many;
  private final boolean skipped;

  Finding(String key, String one, String many, boolean skipped) {
    this.key = key;
    this.one = one;
    this.many = many;
    this.skipped = skipped;
  }

  /** Stable name for run records. */
  public String key() {
    return key;
  }

  /** What people read: "3 malformed names". */
  public String text(int count) {
    return count + " " + (count == 1 ? one : many);
  }

  /** Whether items with this finding are not among the samples. */
  public boolean skipped() {
    return skipped;
  }
}

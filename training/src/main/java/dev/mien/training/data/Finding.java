package dev.mien.training.data;

/** What can be noticed about an item of a data set; {@link #skipped()} tells whether the item was left out for it. */
public enum Finding {
  MALFORMED_NAME("malformedNames", "malformed names", true),
  UNREADABLE_IMAGE("unreadableImages", "unreadable images", true),
  MISSING_FILE("missingFiles", "files in the index that are not there", true),
  IGNORED_BY_LIST("ignoredByList", "training images on the ignore list", true),
  REPEATED_NAME("repeatedNames", "further copies of a file name", true),
  NOT_IN_INDEX("notInIndex", "images without a row in the index", true),
  OTHER_FILE("otherFiles", "files that are no images", true),
  ABOVE_LAST_CLASS("aboveLastClass", "ages above the last class (train as the last class, scored at the true age)", false),
  EXACT_DUPLICATE("exactDuplicates", "images byte-identical to an earlier one", false),
  CONFLICTING_DUPLICATE("conflictingDuplicates", "byte-identical images with another age", false),
  NEAR_DUPLICATE("nearDuplicates", "images nearly identical to an earlier one", false),
  MOVED_BY_DUPLICATE("movedByDuplicates", "images moved to the split of their duplicates", false),
  DUPLICATE_ACROSS_SPLITS("duplicatesAcrossSplits", "duplicates across splits that the data set itself fixes", false);

  private final String key;
  private final String text;
  private final boolean skipped;

  Finding(String key, String text, boolean skipped) {
    this.key = key;
    this.text = text;
    this.skipped = skipped;
  }

  /** Stable name for run records. */
  public String key() {
    return key;
  }

  /** What people read, in the plural. */
  public String text() {
    return text;
  }

  /** Whether items with this finding are not among the samples. */
  public boolean skipped() {
    return skipped;
  }
}

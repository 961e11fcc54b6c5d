package dev.mien.training.loop;

import java.util.Map;

/**
 * Everything that decides the numbers of a run, resolved.
 *
 * @param <S> the settings themselves
 */
public interface RunSettings<S> {
  /** The data set as given. */
  String data();

  /** Name of the preset. */
  String preset();

  /** Of every random stream. */
  long seed();

  /** How long it goes, in which steps and by which rule. */
  Course course();

  /** The same numbers from another place of the data. */
  S withData(String place);

  /** As it stands in {@code run.json}. */
  Map<String, Object> toMap();
}

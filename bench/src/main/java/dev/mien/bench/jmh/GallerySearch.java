package dev.mien.bench.jmh;

import org.openjdk.jmh.annotations.Param;

/** How fast are the ten best of a gallery found, and what share of the memory's speed is that? */
public class GallerySearch extends WorkBenchmark {
  @Param({"gallery_f32_q1_1000000x512", "gallery_f32_q32_1000000x512", "gallery_int8_q1_1000000x512", "gallery_int8_q32_1000000x512"})
  public String work;

  @Override
  protected String work() {
    return work;
  }
}

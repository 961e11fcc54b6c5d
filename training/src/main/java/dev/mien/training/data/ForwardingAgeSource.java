package dev.mien.training.data;

import dev.mien.models.image.RgbImage;
import java.util.List;
import java.util.OptionalDouble;

/** An age source that changes something about another one. */
abstract class ForwardingAgeSource implements AgeSource {
  final AgeSource source;

  ForwardingAgeSource(AgeSource source) {
    this.source = source;
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public String describe() {
    return source.describe();
  }

  @Override
  public List<AgeSample> samples() {
    return source.samples();
  }

  @Override
  public RgbImage read(int index) {
    return source.read(index);
  }

  @Override
  public int lastAge() {
    return source.lastAge();
  }

  @Override
  public DataFindings findings() {
    return source.findings();
  }

  @Override
  public String contentHash() {
    return source.contentHash();
  }

  @Override
  public OptionalDouble irreducibleMae() {
    return source.irreducibleMae();
  }

  @Override
  public void close() {
    source.close();
  }
}

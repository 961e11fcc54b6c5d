package dev.mien.engine.io;

import dev.mien.engine.tensor.HostTensor;

/** The element types of safetensors files. */
enum Dtype {
  F64(8, true), F32(4, true), I64(8, true), I32(4, true), U8(1, true), I8(1, true), F16(2, true), BF16(2, true),
  BOOL(1, false), I16(2, false), U16(2, false), U32(4, false), U64(8, false), C64(8, false),
  F8_E5M2(1, false), F8_E4M3(1, false), F8_E8M0(1, false);

  static final String READABLE = "F64, F32, F16, BF16, I64, I32, U8, I8";

  final int sizeBytes;
  final boolean isReadable;

  Dtype(int sizeBytes, boolean isReadable) {
    this.sizeBytes = sizeBytes;
    this.isReadable = isReadable;
  }

  /** The type under which a host tensor is written. */
  static Dtype of(HostTensor tensor) {
    return tensor.isDouble() ? F64 : tensor.isReal() ? F32 : tensor.isInt() ? I32 : tensor.isInt8() ? I8 : U8;
  }

  /** The type of this name, or null. */
  static Dtype named(String name) {
    for (var dtype : values()) {
      if (dtype.name().equals(name)) {
        return dtype;
      }
    }
    return null;
  }
}

package dev.mien.kernels.simd;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts x86-64 machine code into instructions: length, opcode, memory operand and jump target, no more. Knows what C2 emits (one-byte and
 * 0F opcodes, VEX, EVEX) and refuses the rest, so that nothing is overlooked.
 */
final class X86Decoder {
  /** Register number of the stack pointer. */
  private static final int RSP = 4;

  /** How an instruction is encoded. */
  enum Form { LEGACY, VEX, EVEX }

  /**
   * One instruction.
   *
   * @param at index of its first byte
   * @param map opcode map: 0 one byte, 1 0F, 2 0F 38, 3 0F 3A
   * @param bits length of its vectors, 0 without vectors
   * @param base register of the memory operand, -1 without one (or relative to the instruction pointer)
   * @param target index a jump goes to, -1 for no jump
   */
  record Instruction(int at, int length, Form form, int map, int opcode, int bits, int base, int target) {
    boolean onStack() {
      return base == RSP;
    }

    /** A packed single or double fused multiply-add of any operand order. */
    boolean multiplyAdd() {
      return form != Form.LEGACY && map == 2 && (opcode == 0x98 || opcode == 0xA8 || opcode == 0xB8);
    }

    boolean vector() {
      return form != Form.LEGACY;
    }

    boolean jumpsBack() {
      return target >= 0 && target <= at;
    }
  }

  private final byte[] code;
  private int at;
  private boolean operand16;
  private int rex;
  private int base;

  private X86Decoder(byte[] code) {
    this.code = code;
  }

  /** @throws IllegalStateException at an instruction that it does not know */
  static List<Instruction> decode(byte[] code) {
    var decoder = new X86Decoder(code);
    var all = new ArrayList<Instruction>();
    while (decoder.at < code.length) {
      all.add(decoder.next());
    }
    return all;
  }

  private int peek() {
    return code[at] & 0xFF;
  }

  private int take() {
    return code[at++] & 0xFF;
  }

  private Instruction next() {
    int start = at;
    operand16 = false;
    rex = 0;
    base = -1;
    int prefix = take();
    while (prefix == 0x66 || prefix == 0xF2 || prefix == 0xF3 || prefix == 0xF0 || prefix == 0x64 || prefix == 0x65
        || prefix == 0x2E || prefix == 0x3E) {
      operand16 |= prefix == 0x66;
      prefix = take();
    }
    if ((prefix & 0xF0) == 0x40) {
      rex = prefix & 0xF;
      prefix = take();
    }
    return switch (prefix) {
      case 0xC5 -> vex2(start);
      case 0xC4 -> vex3(start);
      case 0x62 -> evex(start);
      case 0x0F -> twoByte(start);
      default -> oneByte(start, prefix);
    };
  }

  private Instruction vex2(int start) {
    int p = take();
    return vector(start, Form.VEX, 1, (p & 4) == 0 ? 128 : 256);
  }

  private Instruction vex3(int start) {
    int p = take();
    rex = (p & 0x20) == 0 ? 1 : 0;
    int q = take();
    return vector(start, Form.VEX, p & 0x1F, (q & 4) == 0 ? 128 : 256);
  }

  private Instruction evex(int start) {
    int p = take();
    rex = (p & 0x20) == 0 ? 1 : 0;
    take();
    int r = take();
    return vector(start, Form.EVEX, p & 7, 128 << (r >> 5 & 3));
  }

  private Instruction vector(int start, Form form, int map, int bits) {
    int opcode = take();
    if (map < 1 || map > 3) {
      throw unknown(start);
    }
    boolean zeroUpper = form == Form.VEX && map == 1 && opcode == 0x77;
    if (!zeroUpper) {
      modRm();
      at += map == 3 || map == 1 && (opcode >= 0x70 && opcode <= 0x73 || opcode == 0xC2 || opcode >= 0xC4 && opcode <= 0xC6) ? 1 : 0;
    }
    return new Instruction(start, at - start, form, map, opcode, zeroUpper ? 0 : bits, base, -1);
  }

  /** Skips a ModRM byte, what follows it and the displacement; notes the base register. Returns the ModRM byte. */
  private int modRm() {
    int modRm = take();
    int mod = modRm >> 6;
    int rm = modRm & 7;
    if (mod == 3) {
      return modRm;
    }
    boolean wide = mod == 2;
    if (rm == 4) {
      int sib = take();
      base = sib & 7;
      if (base == 5 && mod == 0) {
        base = -1;
        wide = true;
      }
    } else if (rm == 5 && mod == 0) {
      wide = true;
    } else {
      base = rm;
    }
    if (base >= 0) {
      base |= (rex & 1) << 3;
    }
    at += wide ? 4 : mod == 1 ? 1 : 0;
    return modRm;
  }

  private Instruction oneByte(int start, int opcode) {
    int target = -1;
    int wide = operand16 ? 2 : 4;
    if (opcode < 0x40 && (opcode & 7) < 4 || opcode == 0x63 || opcode >= 0x84 && opcode <= 0x8D || opcode == 0x8F
        || opcode >= 0xD0 && opcode <= 0xD3 || opcode >= 0xD8 && opcode <= 0xDF || opcode == 0xFE || opcode == 0xFF) {
      modRm();
    } else if (opcode < 0x40 && (opcode & 7) == 4 || opcode == 0x6A || opcode == 0xA8 || opcode >= 0xB0 && opcode <= 0xB7
        || opcode == 0xCD) {
      at += 1;
    } else if (opcode < 0x40 && (opcode & 7) == 5 || opcode == 0x68 || opcode == 0xA9) {
      at += wide;
    } else if (opcode == 0x80 || opcode == 0x83 || opcode == 0x6B || opcode == 0xC0 || opcode == 0xC1 || opcode == 0xC6) {
      modRm();
      at += 1;
    } else if (opcode == 0x81 || opcode == 0x69 || opcode == 0xC7) {
      modRm();
      at += wide;
    } else if (opcode == 0xF6 || opcode == 0xF7) {
      boolean test = (modRm() >> 3 & 6) == 0;
      at += test ? opcode == 0xF6 ? 1 : wide : 0;
    } else if (opcode >= 0xB8 && opcode <= 0xBF) {
      at += (rex & 8) != 0 ? 8 : wide;
    } else if (opcode >= 0x70 && opcode <= 0x7F || opcode == 0xEB) {
      int by = (byte) take();
      target = at + by;
    } else if (opcode == 0xE8 || opcode == 0xE9) {
      int by = int32();
      target = opcode == 0xE9 ? at + by : -1;
    } else if (!(opcode >= 0x50 && opcode <= 0x5F || opcode >= 0x90 && opcode <= 0x99 || opcode == 0xC3 || opcode == 0xCC
        || opcode == 0xF4 || opcode >= 0xA4 && opcode <= 0xA7 || opcode >= 0xAA && opcode <= 0xAF || opcode == 0x9C || opcode == 0x9D)) {
      throw unknown(start);
    }
    return new Instruction(start, at - start, Form.LEGACY, 0, opcode, 0, base, target);
  }

  private Instruction twoByte(int start) {
    int opcode = take();
    int map = opcode == 0x38 ? 2 : opcode == 0x3A ? 3 : 1;
    int target = -1;
    if (map > 1) {
      opcode = take();
      modRm();
      at += map == 3 ? 1 : 0;
    } else if (opcode >= 0x80 && opcode <= 0x8F) {
      int by = int32();
      target = at + by;
    } else if (opcode == 0x70 || opcode >= 0x71 && opcode <= 0x73 || opcode == 0xA4 || opcode == 0xAC || opcode == 0xBA
        || opcode == 0xC2 || opcode >= 0xC4 && opcode <= 0xC6) {
      modRm();
      at += 1;
    } else if (opcode == 0x0D || opcode >= 0x10 && opcode <= 0x1F || opcode >= 0x28 && opcode <= 0x2F
        || opcode >= 0x40 && opcode <= 0x6F || opcode >= 0x74 && opcode <= 0x76 || opcode == 0x7E || opcode == 0x7F
        || opcode >= 0x90 && opcode <= 0x9F || opcode == 0xA3 || opcode == 0xA5 || opcode >= 0xAB && opcode <= 0xB9
        || opcode >= 0xBB && opcode <= 0xC1 || opcode == 0xC3 || opcode == 0xC7 || opcode >= 0xD0 && opcode <= 0xFE) {
      modRm();
    } else if (!(opcode == 0x05 || opcode == 0x0B || opcode == 0x31 || opcode == 0x77 || opcode == 0xA2
        || opcode >= 0xC8 && opcode <= 0xCF)) {
      throw unknown(start);
    }
    return new Instruction(start, at - start, Form.LEGACY, map, opcode, 0, base, target);
  }

  private int int32() {
    int value = peek() | (code[at + 1] & 0xFF) << 8 | (code[at + 2] & 0xFF) << 16 | code[at + 3] << 24;
    at += 4;
    return value;
  }

  private IllegalStateException unknown(int start) {
    var hex = new StringBuilder();
    for (int i = start; i < Math.min(code.length, start + 15); i++) {
      hex.append(String.format(" %02x", code[i]));
    }
    return new IllegalStateException("the decoder does not know the instruction at " + start + ":" + hex + "; teach it, or the gate is blind");
  }
}

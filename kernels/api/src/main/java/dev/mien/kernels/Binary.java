package dev.mien.kernels;

/** An elementwise function of two arguments. */
public enum Binary {
  ADD, SUBTRACT, MULTIPLY, DIVIDE
}

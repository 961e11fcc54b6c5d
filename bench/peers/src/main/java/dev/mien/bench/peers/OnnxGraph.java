package dev.mien.bench.peers;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Writes an ONNX model: nodes, weights and the types of inputs and outputs, as the protocol buffers of onnx.proto3 (the field numbers
 * stand beside the calls). Weights are drawn here.
 */
final class OnnxGraph {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;
  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int ATTRIBUTE_INT = 2;
  private static final int ATTRIBUTE_FLOAT = 1;
  private static final int ATTRIBUTE_INTS = 7;
  private static final int ATTRIBUTE_STRING = 3;

  private final Message nodes = new Message();
  private final Message initializers = new Message();
  private final Message inputs = new Message();
  private final Message outputs = new Message();
  private final SplittableRandom random = new SplittableRandom(1);
  private int names;

  /** One protocol buffer. */
  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message varint(int field, long value) {
      raw((long) field << 3);
      raw(value);
      return this;
    }

    Message text(int field, String value) {
      return block(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return block(field, value.bytes.toByteArray());
    }

    Message block(int field, byte[] value) {
      raw((long) field << 3 | 2);
      raw(value.length);
      bytes.writeBytes(value);
      return this;
    }

    Message fixed32(int field, float value) {
      raw((long) field << 3 | 5);
      bytes.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
      return this;
    }

    private void raw(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        bytes.write((int) (rest & 0x7f | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }
  }

  /** An attribute of a node: an int, a float, a string or a list of ints. */
  record Attribute(String name, Object value) {}

  static Attribute attribute(String name, Object value) {
    return new Attribute(name, value);
  }

  /** Adds a node; the name of its result. */
  String node(String operator, List<String> from, Attribute... attributes) {
    return node(operator, from, List.of("t" + names++), attributes).getFirst();
  }

  /** Adds a node with several results. */
  List<String> node(String operator, List<String> from, List<String> to, Attribute... attributes) {
    var node = new Message();
    from.forEach(name -> node.text(1, name));
    to.forEach(name -> node.text(2, name));
    node.text(4, operator);
    for (var a : attributes) {
      var message = new Message().text(1, a.name);
      switch (a.value) {
        case Integer i -> message.varint(3, i).varint(20, ATTRIBUTE_INT);
        case Float f -> message.fixed32(2, f).varint(20, ATTRIBUTE_FLOAT);
        case String s -> message.text(4, s).varint(20, ATTRIBUTE_STRING);
        case int[] list -> {
          for (int i : list) {
            message.varint(8, i);
          }
          message.varint(20, ATTRIBUTE_INTS);
        }
        default -> throw new IllegalArgumentException(a.name + " of " + a.value.getClass());
      }
      node.message(5, message);
    }
    nodes.message(1, node);
    return to;
  }

  /** A weight of normal numbers; its name. */
  String normal(double deviation, int... dims) {
    return weight(FLOAT, 4, dims, data -> data.putFloat((float) (deviation * random.nextGaussian())));
  }

  /** A weight of one number. */
  String filled(double value, int... dims) {
    return weight(FLOAT, 4, dims, data -> data.putFloat((float) value));
  }

  /** A weight of small whole numbers below a bound. */
  String integers(int bound, int... dims) {
    return weight(INT64, 8, dims, data -> data.putLong(random.nextInt(bound)));
  }

  /** A vector of whole numbers. */
  String integers(long... values) {
    int[] next = {0};
    return weight(INT64, 8, new int[] {values.length}, data -> data.putLong(values[next[0]++]));
  }

  /** Writes one element. */
  private interface Element {
    void put(ByteBuffer data);
  }

  private String weight(int type, int size, int[] dims, Element element) {
    String name = "w" + names++;
    long count = 1;
    var tensor = new Message();
    for (int d : dims) {
      tensor.varint(1, d);
      count *= d;
    }
    var data = ByteBuffer.allocate(Math.toIntExact(count * size)).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      element.put(data);
    }
    initializers.message(5, tensor.varint(2, type).text(8, name).block(9, data.array()));
    return name;
  }

  /** Declares an input; its name. */
  String input(int... dims) {
    String name = "x" + names++;
    var shape = new Message();
    for (int d : dims) {
      shape.message(1, new Message().varint(1, d));
    }
    inputs.message(11, value(name, new Message().varint(1, FLOAT).message(2, shape)));
    return name;
  }

  /** Declares a float output of any shape. */
  void output(String name) {
    outputs.message(12, value(name, new Message().varint(1, FLOAT)));
  }

  private static Message value(String name, Message tensorType) {
    return new Message().text(1, name).message(2, new Message().message(1, tensorType));
  }

  /** The whole model. */
  byte[] bytes() {
    var graph = new Message();
    graph.bytes.writeBytes(nodes.bytes.toByteArray());
    graph.text(2, "bench");
    graph.bytes.writeBytes(initializers.bytes.toByteArray());
    graph.bytes.writeBytes(inputs.bytes.toByteArray());
    graph.bytes.writeBytes(outputs.bytes.toByteArray());
    return new Message().varint(1, IR_VERSION).message(7, graph).message(8, new Message().text(1, "").varint(2, OPSET)).bytes.toByteArray();
  }
}

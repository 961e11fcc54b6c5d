package dev.mien.training.facedata;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The stack machine of {@link SafePickle}: the opcodes of data, and a refusal for all others. */
final class PickleMachine {
  private final PickleInput in;
  private final SafePickle.Limits limits;
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private int objects;
  private int containers;

  PickleMachine(PickleInput in, SafePickle.Limits limits) {
    this.in = in;
    this.limits = limits;
  }

  Object run() {
    int opcode = in.opcode();
    while (opcode != '.') {
      if (!pushesValue(opcode) && !usesMemo(opcode)) {
        changesStack(opcode);
      }
      opcode = in.opcode();
    }
    var result = pop();
    if (!stack.isEmpty() || !marks.isEmpty()) {
      throw in.error("ends the pickle with " + (stack.size() + 1) + " objects and " + marks.size()
          + " marks; expected one object and no mark");
    }
    if (!PickleList.isPlain(result)) {
      throw in.error("ends a pickle that holds a function or a type; expected data only");
    }
    in.end();
    return result;
  }

  /** Opcodes that read a value from the file. */
  private boolean pushesValue(int opcode) {
    switch (opcode) {
      case ']' -> push(container(false));
      case 'U', 'C' -> push(in.slice(in.u8(), PickleSlice.Kind.BYTES));
      case 'T', 'B' -> push(in.slice(in.u32(), PickleSlice.Kind.BYTES));
      case 0x8E -> push(in.slice(in.s64(), PickleSlice.Kind.BYTES));
      case 'X' -> push(in.text(in.u32()));
      case 0x8C -> push(in.text(in.u8()));
      case 0x88 -> push(Boolean.TRUE);
      case 0x89 -> push(Boolean.FALSE);
      case 'K' -> push((long) in.u8());
      case 'M' -> push((long) in.u16());
      case 'J' -> push((long) in.s32());
      case 'N' -> push(null);
      case 'c' -> push(name(in.line(), in.line()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean usesMemo(int opcode) {
    switch (opcode) {
      case 'q' -> remember(in.u8());
      case 'r' -> remember(in.s32());
      case 0x94 -> remember(memo.size());
      case 'h' -> push(recall(in.u8()));
      case 'j' -> push(recall(in.s32()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void changesStack(int opcode) {
    switch (opcode) {
      case 0x80 -> protocol();
      case 0x95 -> in.require(in.s64());
      case '(' -> mark();
      case 'a' -> append(pop());
      case 'e' -> appends();
      case 't' -> push(tuple(sinceMark()));
      case 0x85 -> push(tuple(popAll(1)));
      case 0x86 -> push(tuple(popAll(2)));
      case 0x87 -> push(tuple(popAll(3)));
      case 0x93 -> {
        var names = popAll(2);
        push(name(text(names.get(0)), text(names.get(1))));
      }
      case 'R' -> {
        var call = popAll(2);
        push(described(call.get(0), call.get(1)));
      }
      case 'b' -> build();
      default -> throw in.error(String.format("is %02x, which no pickle of plain data needs; refused, nothing was executed", opcode));
    }
  }

  private void protocol() {
    int version = in.u8();
    if (version < 2 || version > 5) {
      throw in.error("declares protocol " + version + "; expected 2 to 5");
    }
  }

  private void push(Object value) {
    if (++objects > limits.objects()) {
      throw in.error("makes more than " + limits.objects() + " objects");
    }
    stack.add(value);
  }

  private Object pop() {
    if (stack.size() <= floor()) {
      throw in.error("takes an object from an empty stack");
    }
    return stack.removeLast();
  }

  /** Objects below the last mark are out of reach. */
  private int floor() {
    return marks.isEmpty() ? 0 : marks.getLast();
  }

  private List<Object> popAll(int count) {
    if (stack.size() - floor() < count) {
      throw in.error("takes " + count + " objects from a stack of " + (stack.size() - floor()));
    }
    return cut(stack.size() - count);
  }

  private List<Object> cut(int from) {
    var tail = stack.subList(from, stack.size());
    var items = new ArrayList<>(tail);
    tail.clear();
    return items;
  }

  private void mark() {
    if (marks.size() == limits.depth()) {
      throw in.error("opens more than " + limits.depth() + " marks at once");
    }
    marks.add(stack.size());
  }

  private List<Object> sinceMark() {
    if (marks.isEmpty()) {
      throw in.error("looks for a mark where there is none");
    }
    return cut(marks.removeLast());
  }

  private PickleList container(boolean tuple) {
    if (++containers > limits.containers()) {
      throw in.error("makes more than " + limits.containers() + " lists and tuples");
    }
    return new PickleList(tuple);
  }

  private PickleList tuple(List<Object> items) {
    var tuple = container(true);
    items.forEach(item -> add(tuple, item));
    return tuple;
  }

  private void appends() {
    sinceMark().forEach(this::append);
  }

  private void append(Object item) {
    if (stack.size() <= floor() || !(stack.getLast() instanceof PickleList list) || list.isTuple()) {
      throw in.error("appends to something that is no list");
    }
    if (list.isFrozen() || list == item) {
      throw in.error("appends to a list that already lies in another; lists that hold themselves are refused");
    }
    add(list, item);
  }

  private void add(PickleList list, Object item) {
    list.append(item);
    if (list.depth() > limits.depth()) {
      throw in.error("nests lists and tuples deeper than " + limits.depth());
    }
    if (list.weight() > limits.objects()) {
      throw in.error("repeats lists until they hold more than " + limits.objects() + " objects");
    }
  }

  private void remember(int key) {
    if (stack.size() <= floor()) {
      throw in.error("remembers an object where there is none");
    }
    memo.put(key, stack.getLast());
    if (memo.size() > limits.memo()) {
      throw in.error("remembers more than " + limits.memo() + " objects");
    }
  }

  private Object recall(int key) {
    var value = memo.get(key);
    if (value == null && !memo.containsKey(key)) {
      throw in.error("recalls the object " + Integer.toUnsignedString(key) + ", which was never remembered");
    }
    return value;
  }

  private PickleName name(String module, String name) {
    var known = PickleName.of(module, name);
    if (known == null) {
      throw in.error("wants to import " + TextLines.shown(module) + "." + TextLines.shown(name)
          + "; refused, nothing was executed. A file of plain data needs no such name: do not trust it.");
    }
    return known;
  }

  private String text(Object value) {
    if (value instanceof PickleSlice slice && slice.length() <= 200) {
      return slice.text();
    }
    throw in.error("expects a short text on the stack");
  }

  /** What a call of one of our names describes; nothing is called. */
  private Object described(Object function, Object arguments) {
    if (!(function instanceof PickleName name) || !(arguments instanceof PickleList list) || !list.isTuple()) {
      throw in.error("calls something that is no function, or without a tuple of arguments; refused");
    }
    return switch (name) {
      case ENCODE -> encoded(list);
      case DTYPE -> dtype(list);
      case SCALAR -> scalar(list);
    };
  }

  private PickleSlice encoded(PickleList arguments) {
    if (arguments.size() != 2 || !(arguments.raw(0) instanceof PickleSlice slice) || slice.kind() != PickleSlice.Kind.TEXT
        || !slice.isLatin1Text() || !text(arguments.raw(1)).matches("latin[-_]?1")) {
      throw in.error("encodes something other than Latin-1 text; expected _codecs.encode(text, 'latin1')");
    }
    return new PickleSlice(slice.data(), slice.offset(), slice.length(), PickleSlice.Kind.LATIN1);
  }

  private PickleDtype dtype(PickleList arguments) {
    var code = arguments.isEmpty() ? "" : text(arguments.raw(0));
    var type = PickleDtype.of(code);
    if (type == null) {
      throw in.error("makes the numpy type \"" + TextLines.shown(code) + "\"; expected b1, i1..i8 or u1..u4");
    }
    return type;
  }

  private Object scalar(PickleList arguments) {
    if (arguments.size() != 2 || !(arguments.raw(0) instanceof PickleDtype type)
        || !(arguments.raw(1) instanceof PickleSlice slice) || slice.kind() == PickleSlice.Kind.TEXT || slice.length() > 16) {
      throw in.error("makes a numpy scalar of something other than a type and its bytes");
    }
    var value = type.value(slice.bytes());
    if (value == null) {
      throw in.error("makes a numpy scalar of " + slice.size() + " bytes that are no value of its type");
    }
    return value;
  }

  private void build() {
    var state = pop();
    boolean fits = stack.size() > floor() && stack.getLast() instanceof PickleDtype type && state instanceof PickleList list
        && list.isTuple() && list.size() >= 2 && type.order(text(list.raw(1)));
    if (!fits) {
      throw in.error("sets the state of something that is no numpy number, or a state that such a type cannot have; refused");
    }
  }
}

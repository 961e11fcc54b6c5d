package dev.mien.bench.work;

import dev.mien.bench.work.Task.Pass;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The grammar of names: any name that fits it is a work, so a shape can be measured without changing code. */
final class WorkNames {
  private static final int BATCH = 8;
  private static final Map<String, Pass> CONVOLUTIONS = Map.of("convfwd", Pass.FORWARD, "convbwd", Pass.BACKWARD,
      "convdgrad", Pass.DATA_GRADIENT, "convwgrad", Pass.WEIGHT_GRADIENT);
  private static final Map<Pattern, Function<Matcher, Task>> FORMS = Map.ofEntries(
      form("gemm(_packed)?_(\\d+)x(\\d+)x(\\d+)", m -> new Task.Gemm(number(m, 2), number(m, 3), number(m, 4), m.group(1) != null)),
      form("(convfwd|convbwd|convdgrad|convwgrad)_(\\d+)x\\2s(\\d+)_(\\d+)-(\\d+)@(\\d+)(?:_b(\\d+))?",
          m -> new Task.Convolution(CONVOLUTIONS.get(m.group(1)), number(m, 2), number(m, 3), number(m, 4), number(m, 5), number(m, 6),
              or(m, 7, BATCH))),
      form("ce(fwd|fwdbwd)_(\\d+)x(\\d+)", m -> new Task.CrossEntropy(pass(m.group(1)), number(m, 2), number(m, 3))),
      form("(topk|sort)entropy_(fwd|fwdbwd)_(\\d+)x(\\d+)",
          m -> new Task.ResidueEntropy(pass(m.group(2)), m.group(1).equals("sort"), number(m, 3), number(m, 4))),
      form("bn(reluadd)?_?(fwd|fwdbwd)(?:_train)?(?:_(\\d+)x(\\d+)x(\\d+))?",
          m -> new Task.BatchNorm(pass(m.group(2)), m.group(1) != null, or(m, 3, BATCH), or(m, 4, 64), or(m, 5, 56))),
      form("prelu(fwd|fwdbwd)(?:_(\\d+)x(\\d+)x(\\d+))?",
          m -> new Task.PRelu(pass(m.group(1)), or(m, 2, BATCH), or(m, 3, 64), or(m, 4, 56))),
      form("addrelufwd(?:_(\\d+)x(\\d+)x(\\d+))?", m -> new Task.AddRelu(or(m, 1, BATCH), or(m, 2, 64), or(m, 3, 56))),
      form("maxpool(fwd|fwdbwd)_3x3s2_(\\d+)@(\\d+)", m -> new Task.MaxPool(pass(m.group(1)), number(m, 2), number(m, 3), BATCH)),
      form("gallery_(f32|int8)_q(\\d+)_(\\d+)x(\\d+)",
          m -> new Task.Gallery(m.group(1).equals("int8"), number(m, 2), number(m, 3), number(m, 4))),
      form("partialfc_(\\d+)_s(\\d+)", m -> new Task.SampledClasses(number(m, 1), number(m, 2))),
      form("sgd_(resnet18|resnet50|ir50|attention56)", m -> new Task.Sgd(network(m.group(1)))),
      form("(resnet18|resnet50|ir50|attention56)_(infer|train)_b(\\d+)(?:@(\\d+))?", WorkNames::net),
      form("rss_(resnet18|resnet50|ir50|attention56)_(train)_b(\\d+)(?:@(\\d+))?", m -> new Task.Resident(net(m))),
      form("coldstart_(resnet18|resnet50|ir50|attention56)_(infer)_b(\\d+)(?:@(\\d+))?", m -> new Task.ColdStart(net(m))),
      form("microkernel", _ -> new Task.MicroKernel()));

  private WorkNames() {}

  /** The task that a name describes; null when it fits no form. */
  static Task parse(String name) {
    for (var form : FORMS.entrySet()) {
      var m = form.getKey().matcher(name);
      if (m.matches()) {
        return form.getValue().apply(m);
      }
    }
    return null;
  }

  private static Map.Entry<Pattern, Function<Matcher, Task>> form(String regex, Function<Matcher, Task> task) {
    return Map.entry(Pattern.compile(regex), task);
  }

  private static Task.Net net(Matcher m) {
    var network = network(m.group(1));
    return new Task.Net(network, m.group(2).equals("train"), number(m, 3), or(m, 4, network.size()));
  }

  private static Network network(String label) {
    return Network.valueOf(label.toUpperCase(Locale.ROOT));
  }

  private static Pass pass(String word) {
    return word.equals("fwd") ? Pass.FORWARD : Pass.FORWARD_BACKWARD;
  }

  private static int number(Matcher m, int group) {
    return Integer.parseInt(m.group(group));
  }

  private static int or(Matcher m, int group, int otherwise) {
    return m.group(group) == null ? otherwise : number(m, group);
  }
}

"""Writes ../resources/reference-golden.txt: what PyTorch (float64) answers for the cases of ReferenceGoldenTest.

Run by hand with any PyTorch >= 1.13: python3 reference_golden.py > ../resources/reference-golden.txt
Inputs are x[i] = sin(0.7 i + phase), so only answers are stored.
"""
import math

import torch
import torch.nn.functional as F


def wave(phase, *dims):
    i = torch.arange(math.prod(dims), dtype=torch.float64)
    return torch.sin(0.7 * i + phase).reshape(dims).clone().requires_grad_(True)


def show(name, tensor):
    print(name + ":", " ".join("%.12g" % v for v in tensor.detach().reshape(-1).tolist()))


def case(name, y, *inputs):
    show(name, y)
    for k, g in enumerate(torch.autograd.grad(y, inputs, wave(2, *y.shape).detach())):
        show("%s.g%d" % (name, k), g)


print("# PyTorch", torch.__version__)

x = wave(0, 2, 4, 6, 5)
w = wave(1, 6, 2, 3, 2)
b = wave(3, 6)
case("conv", F.conv2d(x, w, b, stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2), x, w, b)

x = wave(0, 1, 2, 5, 4)
for align in (False, True):
    for h, v in ((3, 2), (9, 7), (5, 4), (1, 1), (8, 3)):
        y = F.interpolate(x, size=(h, v), mode="bilinear", align_corners=align)
        case("resize.%s.%dx%d" % (str(align).lower(), h, v), y, x)

x = wave(0, 1, 2, 7, 5)
case("max", F.max_pool2d(x, 3, 2, 1), x)
case("average.true", F.avg_pool2d(x, 3, 2, 1, count_include_pad=True), x)
case("average.false", F.avg_pool2d(x, 3, 2, 1, count_include_pad=False), x)
for h, v in ((3, 2), (1, 1), (9, 5)):
    case("adaptiveAverage.%dx%d" % (h, v), F.adaptive_avg_pool2d(x, (h, v)), x)
    case("adaptiveMax.%dx%d" % (h, v), F.adaptive_max_pool2d(x, (h, v)), x)

x, gamma, beta, residual = wave(0, 3, 2, 2, 3), wave(1, 2), wave(2, 2), wave(3, 3, 2, 2, 3)
y = F.relu(F.batch_norm(x, None, None, gamma, beta, True, 0.1, 1e-5) + residual)
case("norm.train", y, x, gamma, beta, residual)
mean, variance = wave(4, 2).detach(), 1.5 + wave(5, 2).detach()
y = F.batch_norm(x, mean, variance, gamma, beta, False, 0.1, 1e-3)
case("norm.eval", y, x, gamma, beta)

x = (4 * wave(0, 16)).detach().requires_grad_(True)
slope = wave(1, 4)
for name, f in (("gelu", F.gelu), ("silu", F.silu), ("sigmoid", torch.sigmoid), ("tanh", torch.tanh),
                ("leaky", lambda t: F.leaky_relu(t, 0.1)), ("clamp", lambda t: torch.clamp(t, -1, 2))):
    case(name, f(x), x)
z = x.reshape(2, 4, 2, 1)
case("prelu", F.prelu(z, slope), z, slope)
z = x.reshape(4, 4)
case("softmax", F.softmax(z, -1), z)
case("logSoftmax", F.log_softmax(z, -1), z)
case("standardize", F.layer_norm(z, z.shape[-1:], eps=1e-3), z)

for name, make in (("adamW", lambda p: torch.optim.AdamW(p, lr=0.01, betas=(0.9, 0.99), eps=1e-6, weight_decay=0.05)),
                   ("sgd", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01)),
                   ("nesterov", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=True))):
    p = wave(0, 5)
    optimizer = make([p])
    for t in range(1, 4):
        p.grad = wave(t, 5).detach()
        optimizer.step()
        show("%s.%d" % (name, t), p)

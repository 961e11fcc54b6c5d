"""Golden values of a scaled-down vision transformer from PyTorch in float64: features, gradients of the input and the parameters.

    python3 transformer_golden.py > ../resources/transformer-golden.txt

Weights are made as in attention_golden.py; attention is torch's own scaled product written with its softmax.
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from attention_golden import sines

WIDTH, HEADS, HIDDEN, PATCH, SIDE = 12, 3, 20, 4, 16


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.value, self.output = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, x):
        n, t, c = x.shape
        q, k, v = (f(x).reshape(n, t, HEADS, c // HEADS).transpose(1, 2) for f in (self.query, self.key, self.value))
        self.weights = (q @ k.transpose(-1, -2) / math.sqrt(c // HEADS)).softmax(-1)
        return self.output((self.weights @ v).transpose(1, 2).reshape(n, t, c))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(WIDTH, 1e-6), Heads()
        self.norm2, self.rise, self.fall = nn.LayerNorm(WIDTH, 1e-6), nn.Linear(WIDTH, HIDDEN), nn.Linear(HIDDEN, WIDTH)

    def forward(self, x):
        h = x + self.attention(self.norm1(x))
        return h + self.fall(F.gelu(self.rise(self.norm2(h))))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, WIDTH, PATCH, PATCH, bias=False)
        self.places = nn.Parameter(torch.zeros(1, (SIDE // PATCH) ** 2, WIDTH))
        self.block1, self.block2, self.norm = Block(), Block(), nn.LayerNorm(WIDTH, 1e-6)

    def forward(self, x):
        t = self.patches(x).flatten(2).transpose(1, 2) + self.places
        return self.norm(self.block2(self.block1(t))).mean(1)


def main():
    net = Net().double().train()
    parameters = dict(net.named_parameters())
    names = sorted(parameters)
    with torch.no_grad():
        for place, name in enumerate(names):
            p = parameters[name]
            values = sines(p.numel(), place).reshape(p.shape)
            one = p.dim() == 1 and name.endswith("weight")
            p.copy_(1 + 0.2 * values if one else values / math.sqrt(p.numel() / p.shape[0]) if p.dim() > 1 else 0.2 * values)
    count = 2 * 3 * SIDE * SIDE
    x = torch.sin(0.013 * torch.arange(count, dtype=torch.float64)).reshape(2, 3, SIDE, SIDE).requires_grad_()
    features = net(x)
    (features * torch.cos(0.3 * torch.arange(features.numel(), dtype=torch.float64)).reshape(features.shape)).sum().backward()
    print("features", *(f"{v:.12g}" for v in features.flatten().tolist()))
    print("mask", *(f"{v:.12g}" for v in net.block1.attention.weights.mean(2).flatten().tolist()))
    print("input", *(f"{v:.12g}" for v in x.grad.flatten()[::37].tolist()))
    for name in names:
        g = parameters[name].grad
        print(name, f"{g.norm().item():.12g}", f"{g.flatten()[0].item():.12g}")


if __name__ == "__main__":
    main()

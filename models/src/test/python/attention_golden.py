"""Golden values of a scaled-down Attention-56 from PyTorch in float64: features, gradient of the input, gradients of the parameters.

    python3 attention_golden.py > ../resources/attention-golden.txt

The network is written here anew from the paper and its authors' model files; weights are sines of their place and of the place of their
name in alphabetical order, so that both sides make them by themselves.
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class Unit(nn.Module):
    def __init__(self, i, o, s):
        super().__init__()
        w = o // 4
        self.bn1, self.conv1 = nn.BatchNorm2d(i), nn.Conv2d(i, w, 1, bias=False)
        self.bn2, self.conv2 = nn.BatchNorm2d(w), nn.Conv2d(w, w, 3, s, 1, bias=False)
        self.bn3, self.conv3 = nn.BatchNorm2d(w), nn.Conv2d(w, o, 1, bias=False)
        self.shortcut = nn.Conv2d(i, o, 1, s, bias=False) if i != o or s != 1 else None

    def forward(self, x):
        a = F.relu(self.bn1(x))
        y = self.conv3(F.relu(self.bn3(self.conv2(F.relu(self.bn2(self.conv1(a)))))))
        return y + (x if self.shortcut is None else self.shortcut(a))


class Attention(nn.Module):
    def __init__(self, c, depth):
        super().__init__()
        self.depth = depth
        self.shared = Unit(c, c, 1)
        self.trunk = nn.Sequential(Unit(c, c, 1), Unit(c, c, 1))
        for level in range(depth):
            n = 2 if level == depth - 1 else 1
            self.add_module(f"down{level}", nn.Sequential(*[Unit(c, c, 1) for _ in range(n)]))
        for level in range(depth - 1):
            self.add_module(f"skip{level}", Unit(c, c, 1))
            self.add_module(f"up{level}", Unit(c, c, 1))
        self.bn1, self.conv1 = nn.BatchNorm2d(c), nn.Conv2d(c, c, 1, bias=False)
        self.bn2, self.conv2 = nn.BatchNorm2d(c), nn.Conv2d(c, c, 1, bias=False)
        self.last = Unit(c, c, 1)

    def forward(self, x):
        m = dict(self.named_children())
        x1 = self.shared(x)
        levels = [x1]
        for level in range(self.depth):
            levels.append(m[f"down{level}"](F.max_pool2d(levels[-1], 3, 2, 1)))
        y = levels.pop()
        for level in reversed(range(self.depth - 1)):
            came = levels.pop()
            y = F.interpolate(y, size=came.shape[2:], mode="bilinear", align_corners=True)
            y = m[f"up{level}"](y + m[f"skip{level}"](came))
        y = F.interpolate(y, size=x1.shape[2:], mode="bilinear", align_corners=True)
        y = self.conv2(F.relu(self.bn2(self.conv1(F.relu(self.bn1(y))))))
        self.mask = torch.sigmoid(y)
        return self.last((1 + self.mask) * self.trunk(x1))


class Net(nn.Module):
    def __init__(self, stem, width):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, stem, 7, 2, 3, bias=False), nn.BatchNorm2d(stem)
        self.unit1, self.attention1 = Unit(stem, width, 1), Attention(width, 3)
        self.unit2, self.attention2 = Unit(width, 2 * width, 2), Attention(2 * width, 2)
        self.unit3, self.attention3 = Unit(2 * width, 4 * width, 2), Attention(4 * width, 1)
        self.last1 = Unit(4 * width, 8 * width, 2)
        self.norm = nn.BatchNorm2d(8 * width)

    def forward(self, x):
        y = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        y = self.attention1(self.unit1(y))
        y = self.attention2(self.unit2(y))
        y = self.attention3(self.unit3(y))
        return F.relu(self.norm(self.last1(y))).mean((2, 3))


def sines(count, phase):
    return torch.sin(0.37 * torch.arange(count, dtype=torch.float64) + phase)


def main():
    net = Net(4, 8).double().train()
    names = sorted(name for name, _ in net.named_parameters())
    with torch.no_grad():
        for place, name in enumerate(names):
            p = dict(net.named_parameters())[name]
            values = sines(p.numel(), place).reshape(p.shape)
            one = p.dim() == 1 and name.endswith("weight")
            p.copy_(1 + 0.2 * values if one else values / math.sqrt(p.numel() / p.shape[0]) if p.dim() > 1 else 0.2 * values)
    x = torch.sin(0.013 * torch.arange(2 * 3 * 64 * 64, dtype=torch.float64)).reshape(2, 3, 64, 64).requires_grad_()
    features = net(x)
    (features * torch.cos(0.3 * torch.arange(features.numel(), dtype=torch.float64)).reshape(features.shape)).sum().backward()
    print("features", *(f"{v:.12g}" for v in features.flatten().tolist()))
    print("mask", *(f"{v:.12g}" for v in net.attention1.mask.flatten()[::97].tolist()))
    print("input", *(f"{v:.12g}" for v in x.grad.flatten()[::611].tolist()))
    for name in names:
        g = dict(net.named_parameters())[name].grad
        print(name, f"{g.norm().item():.12g}", f"{g.flatten()[0].item():.12g}")


if __name__ == "__main__":
    main()

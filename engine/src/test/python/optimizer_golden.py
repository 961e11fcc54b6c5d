"""Writes ../resources/optimizer-golden.json: parameters after each of five steps of PyTorch's optimisers, in float64, and rates of
its schedulers.

Run by hand with any PyTorch >= 1.13: python3 optimizer_golden.py > ../resources/optimizer-golden.json
Parameters are w[i] = sin(0.7 i) of shape [2, 3] and b[i] = cos(0.3 i) of shape [3]; the gradient of element i in step t (from 1) is
sin(i + t) for w and 3 cos(2 i - t) for b.
"""
import json

import torch

STEPS = 5


def start():
    w = torch.sin(0.7 * torch.arange(6, dtype=torch.float64)).reshape(2, 3)
    b = torch.cos(0.3 * torch.arange(3, dtype=torch.float64))
    return torch.nn.Parameter(w), torch.nn.Parameter(b)


def gradients(t):
    w = torch.sin(torch.arange(6, dtype=torch.float64) + t).reshape(2, 3)
    b = 3 * torch.cos(2 * torch.arange(3, dtype=torch.float64) - t)
    return w, b


def run(make, clip=0.0, decay_vectors=True):
    w, b = start()
    optimizer = make(w, b, decay_vectors)
    rows = []
    for t in range(1, STEPS + 1):
        w.grad, b.grad = gradients(t)
        if clip > 0:
            torch.nn.utils.clip_grad_norm_([w, b], clip)
        optimizer.step()
        rows.append([float("%.15g" % v) for v in w.detach().reshape(-1).tolist() + b.detach().tolist()])
    return rows


def groups(w, b, decay, decay_vectors):
    return [{"params": [w], "weight_decay": decay}, {"params": [b], "weight_decay": decay if decay_vectors else 0.0}]


def sgd(lr, momentum=0.0, decay=0.0, nesterov=False):
    return lambda w, b, v: torch.optim.SGD(groups(w, b, decay, v), lr=lr, momentum=momentum, nesterov=nesterov)


def adamw(lr, betas=(0.9, 0.999), decay=0.01):
    return lambda w, b, v: torch.optim.AdamW(groups(w, b, decay, v), lr=lr, betas=betas, eps=1e-8)


def rates(make, steps):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    scheduler = make(optimizer)
    found = []
    for _ in range(steps):
        found.append(float("%.15g" % optimizer.param_groups[0]["lr"]))
        optimizer.step()
        scheduler.step()
    return found


S = torch.optim.lr_scheduler
print(json.dumps({
    "pytorch": torch.__version__,
    "optimizers": {
        "sgd": run(sgd(0.1)),
        "sgd-momentum": run(sgd(0.1, 0.9)),
        "sgd-decay": run(sgd(0.1, decay=0.05)),
        "sgd-nesterov": run(sgd(0.05, 0.8, 0.01, True)),
        "sgd-matrices-only": run(sgd(0.1, 0.9, 0.05), decay_vectors=False),
        "sgd-clipped": run(sgd(0.1, 0.9, 0.01), clip=1.5),
        "adamw": run(adamw(0.01)),
        "adamw-betas": run(adamw(0.02, (0.8, 0.95), 0.1)),
        "adamw-clipped": run(adamw(0.01), clip=0.5),
        "adamw-matrices-only": run(adamw(0.01, decay=0.2), decay_vectors=False),
    },
    "schedules": {
        "step": rates(lambda o: S.StepLR(o, 3, 0.5), 10),
        "multi-step": rates(lambda o: S.MultiStepLR(o, [2, 5, 6], 0.1), 9),
        "cosine": rates(lambda o: S.CosineAnnealingLR(o, 8, 0.02), 9),
        "polynomial": rates(lambda o: S.PolynomialLR(o, 8, 2.0), 10),
    },
}).replace("]], ", "]],\n").replace("], [", "],\n ["))

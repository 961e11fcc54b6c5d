"""The values of AgeGenderLossTest, from PyTorch in float64: python agegender_loss_golden.py"""
import torch
from torch.nn.functional import cross_entropy

torch.set_default_dtype(torch.float64)
GENDER = torch.tensor([[0.3, -0.2], [1.0, 0.5], [-0.4, 0.9]], requires_grad=True)
GROUP = torch.tensor([[0.5, 1.0, 2.0, -1.0], [0.0, 1.5, 0.2, 0.1], [2.0, -0.5, 0.3, 0.7]], requires_grad=True)
GENDERS = torch.tensor([0, 1, 1])
GROUPS = torch.tensor([2, 0, 3])


def parts(gender_weights=None, group_weights=None):
    expected = (GROUP.softmax(1) * torch.arange(4.0)).sum(1)
    return (cross_entropy(GENDER, GENDERS, weight=gender_weights), cross_entropy(GROUP, GROUPS, weight=group_weights),
            (expected - GROUPS).abs().mean())


def show(name, loss, *of):
    print(name, loss.item(), *(p.item() for p in of))
    for logits in (GENDER, GROUP):
        logits.grad = None
    loss.backward()
    print("  gender", GENDER.grad.flatten().tolist())
    print("  group", None if GROUP.grad is None else GROUP.grad.flatten().tolist())


g, b, d = parts()
show("beta 0.5", g + b + 0.5 * d, g, b, d)
g, b, d = parts(torch.tensor([0.5, 2.0]), torch.tensor([1.0, 2.0, 0.25, 3.0]))
show("class weights", g + b, g, b)
show("missing labels", cross_entropy(GENDER, torch.tensor([0, -1, 1]), ignore_index=-1))
s = torch.tensor([0.4, -0.3], requires_grad=True)
g, b, d = parts()
show("learned weights", torch.exp(-s[0]) * g + s[0] / 2 + torch.exp(-s[1]) * (b + d) + s[1] / 2)
print("  log variances", s.grad.tolist())

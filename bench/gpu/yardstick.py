"""The works of bench/gpu/run.sh through PyTorch on the same card: cuDNN with TF32 off, cuDNN's default, and eager compositions. Milliseconds."""
import time

import torch
import torch.nn.functional as F

CONVOLUTIONS = [(7, 2, 3, 64, 224), (3, 1, 64, 64, 56), (1, 1, 64, 256, 56), (1, 1, 256, 64, 56), (3, 1, 128, 128, 28), (3, 1, 256, 256, 14),
                (1, 1, 1024, 256, 14), (3, 1, 512, 512, 7)]
BATCH = 8


def millis(work, runs=20):
    """The median of so many runs after three that do not count; each waits for the device."""
    times = []
    for i in range(runs + 3):
        torch.cuda.synchronize()
        start = time.perf_counter()
        work()
        torch.cuda.synchronize()
        if i >= 3:
            times.append(1e3 * (time.perf_counter() - start))
    return sorted(times)[len(times) // 2]


def convolutions(mode):
    for k, stride, inner, outer, size in CONVOLUTIONS:
        name = f"{k}x{k}s{stride}_{inner}-{outer}@{size}"
        x = torch.randn(BATCH, inner, size, size, device="cuda", requires_grad=True)
        w = torch.randn(outer, inner, k, k, device="cuda", requires_grad=True)
        y = F.conv2d(x, w, stride=stride, padding=k // 2)
        g = torch.randn_like(y)
        flops = 2 * y.numel() * inner * k * k
        with torch.no_grad():
            ms = millis(lambda: F.conv2d(x, w, stride=stride, padding=k // 2))
        print(f"{mode:10} convfwd_{name:22} {ms:9.4f} ms {flops / ms / 1e6:10.0f} GFLOP/s")
        ms = millis(lambda: torch.ops.aten.convolution_backward(g, x, w, None, [stride, stride], [k // 2, k // 2], [1, 1], False, [0, 0], 1,
                                                                [True, True, False]))
        print(f"{mode:10} convbwd_{name:22} {ms:9.4f} ms {2 * flops / ms / 1e6:10.0f} GFLOP/s")


def products(mode):
    for n in (512, 1024, 2048):
        a, b = torch.randn(n, n, device="cuda"), torch.randn(n, n, device="cuda")
        ms = millis(lambda: a @ b)
        print(f"{mode:10} gemm_{n}x{n}x{n} {ms:9.4f} ms {2 * n ** 3 / ms / 1e6:10.0f} GFLOP/s")


def residue_entropy(rows, classes, k):
    z = torch.randn(rows, classes, device="cuda", requires_grad=True)

    def work():
        z.grad = None
        log_p = F.log_softmax(z, 1)
        terms = -log_p.exp() * log_p
        top = terms.gather(1, z.topk(k, 1).indices)
        (terms.sum(1) - top.sum(1)).mean().backward()

    print(f"eager      topkentropy_fwdbwd_{rows}x{classes} {millis(work):9.4f} ms")


def cross_entropy(rows, classes):
    z = torch.randn(rows, classes, device="cuda", requires_grad=True)
    labels = torch.arange(rows, device="cuda") % classes

    def work():
        z.grad = None
        F.cross_entropy(z, labels).backward()

    print(f"eager      cefwdbwd_{rows}x{classes} {millis(work):9.4f} ms")


def training(mode, batch):
    try:
        from torchvision.models import resnet50
    except ImportError:
        print("ResNet-50: not run, there is no torchvision")
        return
    net = resnet50().cuda().train()
    sgd = torch.optim.SGD(net.parameters(), 0.01, 0.9, weight_decay=1e-4)
    x = torch.randn(batch, 3, 224, 224, device="cuda")
    labels = torch.arange(batch, device="cuda") % 1000

    def work():
        sgd.zero_grad(set_to_none=True)
        F.cross_entropy(net(x), labels).backward()
        sgd.step()

    print(f"{mode:10} resnet50_train_b{batch} {millis(work, 5):9.2f} ms")


def main():
    print(torch.cuda.get_device_name(0), "PyTorch", torch.__version__, "cuDNN", torch.backends.cudnn.version())
    torch.backends.cudnn.benchmark = True
    copy = torch.empty(1 << 28, device="cuda")
    target = torch.empty_like(copy)
    print(f"copy {2 * 4 * copy.numel() / millis(lambda: target.copy_(copy)) / 1e6:.0f} GB/s")
    for mode, tf32 in (("fp32", False), ("default", True)):
        torch.backends.cudnn.allow_tf32 = tf32  # PyTorch's default
        torch.backends.cuda.matmul.allow_tf32 = False  # PyTorch's default
        convolutions(mode)
        training(mode, 64)
    products("fp32")
    residue_entropy(256, 101, 10)
    residue_entropy(4096, 1000, 10)
    cross_entropy(256, 101)
    cross_entropy(128, 85742)


if __name__ == "__main__":
    main()

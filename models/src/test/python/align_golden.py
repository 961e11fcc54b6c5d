"""Writes ../resources/align-golden.txt and align-golden-*.png: what NumPy's and OpenCV's independent ways make of face alignment.

Run by hand with NumPy and OpenCV (opencv-python-headless), in this folder: python3 align_golden.py
The similarity is a linear least-squares problem in (a, b, tx, ty), given to numpy.linalg.lstsq; the picture is warped by cv2.warpAffine
(INTER_LINEAR, black border); the sharpness is the variance of cv2.Laplacian over the unrounded grey picture.
The picture is a formula that FaceAlignerTest repeats.
"""
import cv2
import numpy as np

TEMPLATE = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]])


def picture(width, height):
    y, x = np.mgrid[0:height, 0:width]
    noise = (x * 7919 + y * 104729) % 61
    rgb = np.stack([10 + 180 * x // width + noise, 10 + 180 * y // height + noise, 250 - 180 * (x + y) // (width + height) - noise], -1)
    return rgb.astype(np.uint8)


def similarity(source, target):
    rows, right = [], []
    for (x, y), (u, v) in zip(source, target):
        rows += [[x, -y, 1, 0], [y, x, 0, 1]]
        right += [u, v]
    a, b, tx, ty = np.linalg.lstsq(np.array(rows), np.array(right), rcond=None)[0]
    return np.array([[a, -b, tx], [b, a, ty]])


def inverted(source, target):
    whole = np.vstack([similarity(target, source), [0, 0, 1]])
    return np.linalg.inv(whole)[:2]


def residual(matrix, source, target):
    moved = source @ matrix[:, :2].T + matrix[:, 2]
    return np.sqrt(np.mean(np.sum((moved - target) ** 2, axis=1)))


def posed(scale, degrees, dx, dy, noise, seed):
    t = np.radians(degrees)
    turn = scale * np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
    return TEMPLATE @ turn.T + [dx, dy] + np.random.default_rng(seed).normal(0, noise, TEMPLATE.shape)


CASES = {
    "enlarged": posed(0.6, 23, 30, -9, 1.5, 1),
    "reduced": posed(2.3, -14, -31, 77, 4, 2),
    "upside_down": posed(1.0, 171, 150, 160, 2, 3),
    "profile": np.array([[61.0, 50.0], [64.0, 50.5], [40.0, 71.0], [55.0, 90.0], [58.0, 91.0]]),
}

with open("../resources/align-golden.txt", "w") as out:
    for name, points in CASES.items():
        points = np.round(points, 3)
        for kind, fit in ("closed", similarity), ("inverted", inverted):
            matrix = fit(points, TEMPLATE)
            numbers = [*points.reshape(-1), *matrix.reshape(-1), residual(matrix, points, TEMPLATE)]
            print(name, kind, *("%.12g" % n for n in numbers), file=out)
    grey = picture(260, 230).astype(np.float64) @ [0.299, 0.587, 0.114]
    print("sharpness laplacian %.12g" % cv2.Laplacian(grey, cv2.CV_64F).var(), file=out)

for name, (width, height), fit in ("enlarged", (70, 60), similarity), ("reduced", (260, 230), inverted):
    warped = cv2.warpAffine(picture(width, height), fit(np.round(CASES[name], 3), TEMPLATE), (112, 112))
    cv2.imwrite(f"../resources/align-golden-{name}.png", warped[:, :, ::-1])

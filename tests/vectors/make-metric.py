#!/usr/bin/python3
"""Writes metric.txt: metrics of small pictures by scikit-image, NumPy and SciPy.

The pictures are made by the same integer recurrence here and in tests/metric/metric-fixture.c, so no picture is
stored. Each line: kind, width, height, channels, then name=value with 17 digits.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os

import numpy as np
from scipy import stats
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

SHAPES = [(11, 11, 1), (64, 48, 1), (67, 53, 1), (300, 131, 1), (61, 45, 3), (270, 90, 3), (33, 29, 4), (40, 35, 2)]


def noise(width, height, channels, seed):
    """xorshift32, the upper byte of each state."""
    out = np.empty(width * height * channels, np.uint8)
    state = seed
    for i in range(out.size):
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        out[i] = state >> 24
    return out.reshape(height, width, channels)


def scene(width, height, channels):
    """A slope, a disc and some grain: smooth parts, an edge, texture."""
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    disc = (2 * x - width) ** 2 + (2 * y - height) ** 2 < (width // 2) ** 2
    value = (3 * x + 2 * y + 40 * c) % 200 + 40 * disc
    return (value + noise(width, height, channels, 7) // 16).astype(np.uint8)


def faint(a, grain):
    return np.clip(a.astype(int) + grain.astype(int) // 8 - 16, 0, 255).astype(np.uint8)


def luma(image):
    if image.shape[2] < 3:
        return image[..., 0].astype(float)
    return image[..., :3].astype(float) @ np.array([0.299, 0.587, 0.114])


def pearson(a, b):
    return stats.pearsonr(a.ravel(), b.ravel())[0]


def ssim(a, b, **options):
    return structural_similarity(a, b, channel_axis=2, data_range=255, **options)


def pair(a, b):
    yield "mse", mean_squared_error(a, b)
    yield "psnr", peak_signal_noise_ratio(a, b, data_range=255)
    yield "ssim", ssim(a, b, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)
    yield "ssim_uniform", ssim(a, b)
    yield "differing", np.mean(np.any(a != b, axis=2))
    yield "npcr", np.mean(a != b)
    yield "uaci", np.mean(np.abs(a.astype(int) - b.astype(int))) / 255
    yield "leak", leak(a, b)


def leak(a, b):
    def maps(image):
        y = luma(image)
        h, w = y.shape[0] // 8 * 8, y.shape[1] // 8 * 8
        if h * w < 16 * 64:
            return None
        blocks = y[:h, :w].reshape(h // 8, 8, w // 8, 8).swapaxes(1, 2).reshape(-1, 64)
        return blocks.mean(axis=1), blocks.std(axis=1)
    first, second = maps(a), maps(b)
    if first is None:
        return float("nan")
    return max(abs(pearson(p, q)) for p in first for q in second)


def alone(image):
    counts = np.bincount(image.ravel(), minlength=256)
    yield "entropy", stats.entropy(counts, base=2)
    chi2, p = stats.chisquare(counts) if counts.sum() >= 1280 else (float("nan"),) * 2
    yield "chi2", chi2
    yield "chi2_p", p
    y = luma(image)
    yield "corr_h", pearson(y[:, :-1], y[:, 1:])
    yield "corr_v", pearson(y[:-1], y[1:])
    yield "corr_d", pearson(y[:-1, :-1], y[1:, 1:])


def main():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "metric.txt")
    with open(path, "w", encoding="utf-8") as out:
        for shape in SHAPES:
            a, n = scene(*shape), noise(*shape, 99)
            for kind, values in (("scene-faint", pair(a, faint(a, n))), ("scene-noise", pair(a, n)),
                                 ("scene", alone(a)), ("noise", alone(n))):
                words = [kind, *map(str, shape)] + [f"{name}={value:.17g}" for name, value in values]
                out.write(" ".join(words) + "\n")


if __name__ == "__main__":
    main()

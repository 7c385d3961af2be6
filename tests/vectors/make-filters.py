#!/usr/bin/python3
"""Writes filters.safetensors: what SciPy's median filter and scikit-image's non-local means make of two noisy pictures, one
grey and one in colour, and what the formula of non-local means gives in NumPy, with a Gaussian patch and with a flat one.
scikit-image leaves patches out as soon as some rows of them differ much, and takes a rougher exponential function: it is near
the formula, not at it. Its fast mode has other patches. Pictures are stored as [1, h, w, c].

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import sys

import numpy as np
from scipy.ndimage import median_filter
from skimage.restoration import denoise_nl_means

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../model"))
import safetensors_half

SIGMA, STRENGTHS = 12, (.6, 1.1)
PATCH, REACH = 2, 6


def scene(height, width, channels):
    """A slope, a disc and stripes, with noise."""
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    disc = (2 * x - width) ** 2 + (2 * y - height) ** 2 < (width // 2) ** 2
    picture = 60 + 2 * x + y + 20 * c + 70 * disc + 30 * (x // 4 % 2)
    return picture + np.random.default_rng(7).normal(0, SIGMA, picture.shape)


def formula(noisy, strength, gaussian):
    """Pixel by pixel, in double precision."""
    height, width, channels = noisy.shape
    k = np.arange(-PATCH, PATCH + 1)
    taps = np.exp(-(k[:, None] ** 2 + k ** 2) / 2) if gaussian else np.ones((2 * PATCH + 1, 2 * PATCH + 1))
    taps = taps[:, :, None] / taps.sum() / channels
    padded = np.pad(noisy, ((PATCH, PATCH), (PATCH, PATCH), (0, 0)), mode="reflect")
    patch = lambda y, x: padded[y:y + 2 * PATCH + 1, x:x + 2 * PATCH + 1]
    out = np.empty_like(noisy)
    for y in range(height):
        for x in range(width):
            total, values = 0, 0
            for j in range(max(y - REACH, 0), min(y + REACH + 1, height)):
                for i in range(max(x - REACH, 0), min(x + REACH + 1, width)):
                    distance = (taps * (patch(y, x) - patch(j, i)) ** 2).sum()
                    weight = np.exp(-max(distance - 2 * SIGMA ** 2, 0) / (strength * SIGMA) ** 2)
                    total, values = total + weight, values + weight * noisy[j, i]
            out[y, x] = values / total
    return out


def main():
    out = {}
    for name, shape in (("grey", (23, 70, 1)), ("colour", (19, 14, 3))):
        noisy = scene(*shape).astype(np.float32).astype(float)
        out[name] = noisy
        for side in (3, 5):
            out[f"{name}.median.{side}"] = median_filter(noisy, (side, side, 1))
        for number, strength in enumerate(STRENGTHS):
            out[f"{name}.scikit.{number}"] = denoise_nl_means(noisy, 2 * PATCH + 1, REACH, strength * SIGMA, fast_mode=False, sigma=SIGMA,
                                                              channel_axis=-1, preserve_range=True).reshape(shape)
            for gaussian in (False, True):
                out[f"{name}.formula.{int(gaussian)}.{number}"] = formula(noisy, strength, gaussian)
            print(name, strength, np.abs(out[f"{name}.scikit.{number}"] - out[f"{name}.formula.1.{number}"]).max())
    safetensors_half.save(os.path.join(HERE, "filters.safetensors"), {name: value[None] for name, value in out.items()},
                          {"by": "tests/vectors/make-filters.py"}, "F32")


if __name__ == "__main__":
    main()

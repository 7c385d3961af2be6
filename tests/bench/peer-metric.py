"""scikit-image's SSIM and MSE on grey pictures of the same sizes as in bench-metric.c.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import numpy as np
from skimage.metrics import mean_squared_error, structural_similarity

from peer import bench

for name, width, height in (("512x512", 512, 512), ("12 MP", 4000, 3000)):
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:height, 0:width]
    value = (x // 3 + y // 2) % 200
    a = (value + rng.integers(0, 16, value.shape)).astype(np.uint8)
    b = (value + rng.integers(0, 32, value.shape)).astype(np.uint8)
    bench(f"SSIM 7x7, {name}", lambda: structural_similarity(a, b))
    bench(f"SSIM Gaussian, {name}", lambda: structural_similarity(
        a, b, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255))
    bench(f"MSE, {name}", lambda: mean_squared_error(a, b))

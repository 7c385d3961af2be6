"""scikit-learn at the work of bench-statistics.c, on the same pictures: k-means with one start, mixtures at its default
tolerance of 1e-3 and with the same floor of variance, PCA as it chooses. What takes it long is run once; on 12 megapixels
a mixture stops after one iteration, so its time there is less than a fit would take. What was reached goes to stderr.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import sys
import time
import warnings

import numpy as np
from skimage.io import imread
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture

from peer import bench

warnings.filterwarnings("ignore")
HERE = os.path.dirname(os.path.abspath(__file__))


def enlarge(photo, width, height):
    rows, columns = np.arange(height) * photo.shape[0] // height, np.arange(width) * photo.shape[1] // width
    out = photo[rows][:, columns].astype(np.int16)
    if width != photo.shape[1]:
        index = np.arange(out.size, dtype=np.uint32).reshape(out.shape)
        out += ((index * np.uint32(2654435761)) >> np.uint32(29)).astype(np.int16) - 4
    return np.clip(out, 0, 255).astype(np.uint8)


def once(name, work):
    start = time.perf_counter()
    work()
    print(f"{name}\t{time.perf_counter() - start:.9f}", flush=True)


def say(what, value):
    print(f"# scikit-learn, {what}: {value:.6g}", file=sys.stderr, flush=True)


def kmeans(data, name, measure):
    def work():
        say(name, KMeans(16, n_init=1, random_state=0).fit(data).inertia_)
    measure(name, work)


def mixture(data, names, iterations):
    def work():
        fit = GaussianMixture(16, reg_covar=1 / 12, max_iter=iterations, random_state=0).fit(data)
        fit.predict(data)
        say(names[0], fit.lower_bound_)
    start = time.perf_counter()
    work()
    for name in names:
        print(f"{name}\t{time.perf_counter() - start:.9f}", flush=True)


def components(grey, name):
    def work():
        fit = PCA(50, random_state=0)
        fit.fit_transform(grey)
        work.reached = fit.explained_variance_.sum()
    bench(name, work)
    say(name, work.reached)


def main():
    photo = imread(os.path.join(HERE, "..", "..", "data", "samples", "astronaut.png"))[:, :, :3]
    for size, width, height in (("512x512", 512, 512), ("12 MP", 4000, 3000)):
        if len(sys.argv) > 1 and sys.argv[1] != size:
            continue
        large = width > 512
        picture = enlarge(photo, width, height)
        grey = picture[:, :, 1]
        values, colours = grey.reshape(-1, 1).astype(float), picture.reshape(-1, 3).astype(float)
        components(grey.astype(float), f"PCA k = 50, rows, {size}")
        components(grey.astype(np.float32), f"PCA k = 50, rows, float32, {size}")
        measure = once if large else bench
        kmeans(values, f"k-means k = 16, intensities, {size}", measure)
        kmeans(colours, f"k-means k = 16, colours, {size}", measure)
        iterations = 1 if large else 1000
        mixture(values, (f"GMM k = 16, intensities, {size}", f"GMM k = 16, intensities, to 1e-6, {size}"), iterations)
        mixture(colours, (f"GMM k = 16, colours, {size}",), iterations)


main()

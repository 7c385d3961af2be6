#!/usr/bin/python3
"""Writes statistics.txt beside it: what scikit-learn finds on pictures that test-kmeans.c, test-gmm.c and test-pca.c
make by the same formula (statistics-fixture.c). Run by hand when the pictures change; the result is committed.
SPDX-License-Identifier: GPL-3.0-or-later

Lines: NAME VALUE..., # comments."""
import os
import sys
import warnings

import numpy as np
import sklearn
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture

warnings.filterwarnings('ignore')
WIDTH, HEIGHT = 96, 72


def noise(n, seed):
    """The linear congruence of statistics-fixture.c, its upper byte."""
    out = np.empty(n, np.int64)
    for i in range(n):
        seed = (seed * 1664525 + 1013904223) & 0xFFFFFFFF
        out[i] = seed >> 24
    return out


def picture(channels, seed=5, width=WIDTH, height=HEIGHT):
    """Discs on a ramp with noise, in whole numbers only."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing='ij')
    near = (x - 30) ** 2 + (y - 30) ** 2 < 400
    far = (x - 70) ** 2 + (y - 45) ** 2 < 350
    base = 40 + (x + 2 * y) // 4 + 20 * c
    value = np.where(near, 190 - 30 * c + y // 4, np.where(far, 110 + 50 * c - x // 3, base))
    return np.clip(value + noise(value.size, seed).reshape(value.shape) // 16 - 8, 0, 255).astype(np.uint8)


def write(out, name, *values):
    print(name, *(repr(float(v)) for v in np.ravel(values)), file=out)


def kmeans(out):
    grey, colour = picture(1).reshape(-1, 1).astype(float), picture(3).reshape(-1, 3).astype(float)
    for k in (2, 5, 16):
        write(out, f'kmeans-grey-{k}', KMeans(k, n_init=20, random_state=0).fit(grey).inertia_)
        write(out, f'kmeans-colour-{k}', KMeans(k, n_init=10, random_state=0).fit(colour).inertia_)


def mixture(out):
    """A whole grey level stands for an interval of width 1, whose variance is 1/12."""
    grey, colour = picture(1).reshape(-1, 1).astype(float), picture(3).reshape(-1, 3).astype(float)
    for name, data, ks in (('grey', grey, (1, 3, 6)), ('colour', colour, (1, 3, 5))):
        for k in ks:
            fit = GaussianMixture(k, reg_covar=1 / 12, tol=1e-7, max_iter=2000, random_state=0).fit(data)
            write(out, f'gmm-{name}-{k}-loglik', fit.score(data))
            write(out, f'gmm-{name}-{k}-bic', fit.bic(data))
    # From one start to one end, with no choice left: two far blobs.
    fit = GaussianMixture(2, reg_covar=1 / 12, tol=1e-12, max_iter=5000, random_state=0).fit(grey)
    order = np.argsort(fit.means_[:, 0])
    write(out, 'gmm-grey-2', fit.weights_[order], fit.means_[order, 0], fit.covariances_[order, 0, 0])


def pca_of(out, name, data, k):
    fit = PCA(k, svd_solver='full').fit(data)
    back = fit.inverse_transform(fit.transform(data))
    write(out, f'{name}-mean', fit.mean_)
    write(out, f'{name}-variance', fit.explained_variance_)
    write(out, f'{name}-ratio', fit.explained_variance_ratio_)
    write(out, f'{name}-component', fit.components_[:3])
    write(out, f'{name}-mse', np.mean((data - back) ** 2))


def pca(out):
    grey = picture(1)[:, :, 0].astype(float)
    pca_of(out, 'pca-rows-8', grey, 8)
    blocks = grey.reshape(HEIGHT // 8, 8, WIDTH // 8, 8).swapaxes(1, 2).reshape(-1, 64)
    pca_of(out, 'pca-blocks-6', blocks, 6)
    large = picture(1, 9, 640, 400)[:, :, 0].astype(float)
    fit = PCA(20, svd_solver='full').fit(large)
    write(out, 'pca-large-20-variance', fit.explained_variance_)


def main():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'statistics.txt')
    with open(path, 'w', encoding='ascii') as out:
        print(f'# Written by make-statistics.py with scikit-learn {sklearn.__version__}', file=out)
        write(out, 'picture-grey-sum', picture(1).astype(np.int64).sum())
        write(out, 'picture-colour-sum', picture(3).astype(np.int64).sum())
        kmeans(out)
        mixture(out)
        pca(out)
    print(path, file=sys.stderr)


main()

#!/usr/bin/python3
# The network of bench-nn.c in PyTorch, in the layout that is best for it, on as many threads as there are cores.
# Arguments as there. Prints a name and seconds a line.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import statistics
import sys
import time

import torch
from torch import nn

torch.set_num_threads(len(os.sched_getaffinity(0)))
torch.manual_seed(1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(1, 32, 3, padding=1), nn.Conv2d(32, 64, 3, padding=1)
        self.c, self.d = nn.Conv2d(64, 64, 3, padding=1), nn.Conv2d(64, 64, 3, padding=1)
        self.e, self.f = nn.Conv2d(64, 32, 3, padding=1), nn.Conv2d(32, 1, 3, padding=1)

    def forward(self, x):
        skip = torch.relu_(self.b(torch.relu_(self.a(x))))
        x = self.d(torch.relu_(self.c(skip))) + skip
        return self.f(torch.relu_(self.e(x)))


def measure(step, n):
    step()
    seconds = []
    for _ in range(n):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def train(layout, n):
    net = Net().to(memory_format=layout)
    adam = torch.optim.Adam(net.parameters(), 1e-3)
    x = torch.rand(16, 1, 64, 64).contiguous(memory_format=layout)

    def step():
        adam.zero_grad(set_to_none=True)
        torch.nn.functional.mse_loss(net(x), x).backward()
        adam.step()

    return measure(step, n)


def infer(layout, n):
    net = Net().to(memory_format=layout).eval()
    x = torch.rand(1, 1, 512, 512).contiguous(memory_format=layout)
    with torch.inference_mode():
        return measure(lambda: net(x), n)


what, n = (sys.argv[1:2] or [None])[0], int((sys.argv[2:3] or [9])[0])
layouts = (torch.channels_last, torch.contiguous_format)
if what in (None, "train"):
    print(f"nn-train-step\t{min(train(layout, n) for layout in layouts):.6f}", flush=True)
if what in (None, "infer"):
    print(f"nn-infer-512\t{min(infer(layout, n) for layout in layouts):.6f}", flush=True)

#!/usr/bin/python3
"""The network of bench-nn.c in PyTorch, on as many threads as there are cores, in the layout that suits it (channels
last was faster for both; the other is measured as well, under a name of its own).

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os

import torch
from torch import nn

from peer import bench

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


def train(layout, name):
    net = Net().to(memory_format=layout)
    adam = torch.optim.Adam(net.parameters(), 1e-3)
    x = torch.rand(16, 1, 64, 64).contiguous(memory_format=layout)

    def step():
        adam.zero_grad(set_to_none=True)
        torch.nn.functional.mse_loss(net(x), x).backward()
        adam.step()

    bench(name, step)


def infer(layout, name):
    net = Net().to(memory_format=layout).eval()
    x = torch.rand(1, 1, 512, 512).contiguous(memory_format=layout)
    with torch.inference_mode():
        bench(name, lambda: net(x))


for layout, suffix in ((torch.channels_last, ""), (torch.contiguous_format, ", channels first")):
    train(layout, "network, training step" + suffix)
    infer(layout, "network, inference, 512x512" + suffix)

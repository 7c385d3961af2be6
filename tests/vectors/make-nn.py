#!/usr/bin/python3
"""Writes nn.safetensors: a small network with every kind of layer, in PyTorch: its weights, what goes in and comes out,
all gradients, and the weights after ten steps of AdamW with clipping, warm-up and cosine decay. The same network as a
table is in tests/nn/test-pytorch.c. Pictures are stored as [n, h, w, c].

SPDX-License-Identifier: GPL-3.0-or-later
"""
import json
import math
import os
import struct

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(20)
torch.set_num_threads(1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.ModuleDict({
            "0": nn.Conv2d(14, 8, 3, padding=1),
            "1": nn.Conv2d(8, 8, 3, padding=1, groups=2),
            "2": nn.GroupNorm(4, 8),
        })
        self.down = nn.ModuleDict({
            "0": nn.Conv2d(8, 12, 4, stride=2, padding=1, bias=False),
            "1": nn.InstanceNorm2d(12, affine=True),
        })
        self.up = nn.Conv2d(12, 12, 3, padding=1)
        self.fc = nn.Linear(48, 6)
        self.logits = nn.Linear(18, 5)

    def forward(self, x, planes, signs, order):
        h = torch.cat([F.pixel_unshuffle(x, 2), planes], 1)
        h = F.leaky_relu(self.enc["0"](h), 0.1)
        h = h + F.relu(self.enc["2"](self.enc["1"](h)))
        h = h * signs
        n, c, rows, columns = h.shape
        h = h.flatten(2).gather(2, order.reshape(n, 1, -1).expand(n, c, -1)).reshape(n, c, rows, columns)
        mid = torch.tanh(self.down["1"](self.down["0"](h)))
        soft = F.pixel_shuffle(torch.sigmoid(self.up(F.interpolate(mid, scale_factor=2, mode="nearest"))), 2)
        clamped = soft.clamp(0.25, 0.75)
        picture = clamped + (0.25 + torch.round((clamped - 0.25) / 0.5 * 255) / 255 * 0.5 - clamped).detach()
        logits = self.logits(torch.cat([self.fc(mid.flatten(1)), mid.mean((2, 3))], 1))
        return picture, soft, mid, logits


def uniform(x):
    values = x.permute(0, 2, 3, 1).flatten(1).sort(1).values
    wanted = (torch.arange(values.shape[1]) + 0.5) / values.shape[1]
    return ((values - wanted) ** 2).mean()


def losses(out, target, labels):
    picture, soft, mid, logits = out
    return [F.mse_loss(picture, target), (picture - target).abs().mean(), F.cross_entropy(logits, labels),
            uniform(soft), ((mid - 1) ** 2).mean()]


WEIGHTS = [1, 0.5, 0.3, 0.2, 0.1]
RATE, WARM_UP, STEPS, END = 0.01, 3, 10, 0.1


def rate(step):
    if step < WARM_UP:
        return (step + 1) / WARM_UP
    return END + (1 - END) * 0.5 * (1 + math.cos(math.pi * (step - WARM_UP) / (STEPS - WARM_UP)))


def main():
    net = Net()
    with torch.no_grad():
        for norm in (net.enc["2"], net.down["1"]):
            norm.weight.uniform_(0.5, 1.5)
            norm.bias.uniform_(-0.5, 0.5)
    x = torch.rand(2, 3, 8, 8).requires_grad_()
    planes = torch.rand(2, 2, 4, 4) * 2 - 1
    signs = torch.where(torch.rand(1, 8, 4, 4) < 0.5, -1.0, 1.0)
    order = torch.stack([torch.randperm(16) for _ in range(2)])
    target, labels = torch.rand(2, 3, 8, 8), torch.tensor([1, 4])
    saved, texts = {}, {}

    def put(name, tensor, picture=False):
        tensor = tensor.detach()
        saved[name] = (tensor.permute(0, 2, 3, 1) if picture else tensor).contiguous().numpy().astype(np.float32)

    for name, tensor in (("in.x", x), ("in.planes", planes), ("in.signs", signs), ("target", target)):
        put(name, tensor, True)
    put("in.order", order.reshape(2, 4, 4, 1).float())
    put("labels", labels.float().reshape(2, 1, 1, 1))
    for name, weight in net.named_parameters():
        put(name, weight)

    out = net(x, planes, signs, order)
    values = losses(out, target, labels)
    sum(w * v for w, v in zip(WEIGHTS, values)).backward()
    for name, tensor in zip(("picture", "soft", "mid"), out):
        put("out." + name, tensor, True)
    put("out.logits", out[3].reshape(2, 1, 1, 5))
    put("losses", torch.stack(values))
    put("grad-in.x", x.grad, True)
    for name, weight in net.named_parameters():
        put("grad." + name, weight.grad)

    adam = torch.optim.AdamW(net.parameters(), RATE, weight_decay=0.05)
    totals = []
    for step in range(STEPS):
        for group in adam.param_groups:
            group["lr"] = RATE * rate(step)
        adam.zero_grad()
        values = losses(net(x.detach(), planes, signs, order), target, labels)
        total = sum(w * v for w, v in zip(WEIGHTS, values))
        total.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        adam.step()
        totals.append(total.detach())
    put("totals", torch.stack(totals))
    for name, weight in net.named_parameters():
        put("after." + name, weight)

    texts["torch"] = torch.__version__
    header, at = {"__metadata__": texts}, 0
    for name, array in saved.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "nn.safetensors"), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(array.tobytes() for array in saved.values()))


main()

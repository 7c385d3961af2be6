#!/usr/bin/python3
"""The key-conditioned CycleGAN in PyTorch: the same networks, names and shapes as src/model/tri-cyclegan.c.

  cyclegan.py train --photos DIR --brain DIR --minutes 30 --output FILE.safetensors [--begin CHECKPOINT.pt]

G turns pictures into noise under a key, F turns them back; D1 tells their noise from true noise, D2 decryptions from
pictures, and Eve learns to reconstruct from ciphertexts alone, which G learns to prevent. Keys are fresh in every step. The
start is a map that hides already: orthogonal mixing and keyed signs of a small signal, added to large keyed noise, with a
keyed permutation between the stages; training makes the result uniform, and the way back exact. Every tenth photograph,
from the sixth on, and two brain slices are kept for validation. On a GPU it takes the GPU.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import argparse
import glob
import math
import os
import time

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

import safetensors_half

CODE, WIDTH, CROP, BATCH = 12, 32, 64, 8
SIGNAL, NOISE = .16, .86
BRAIN_HELD = ("itk_T1raw_slice31_pad256", "itk_BrainMidSagittalSlice_pad256")
BRAIN_LEARNT = ("colin27hr_axial_z150_pad512", "colin27hr_sagittal_x150_pad512", "colin27_axial_z80_pad256",
                "itk_BrainT1Slice_pad256", "itk_BrainProtonDensitySlice256x256_pad256")
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class Keyed:
    """What a key expands to, at height x width positions; here from a generator, in the program from ChaCha20."""

    def __init__(self, n, height, width, generator):
        random = lambda channels: torch.rand(n, channels, height, width, generator=generator)
        self.signs = [(random(WIDTH) < .5).float() * 2 - 1 for _ in range(4)]
        for signs in self.signs:
            signs[:, CODE:2 * CODE] = 1
        self.noise = [random(CODE) * 2 - 1 for _ in range(2)]
        self.order = torch.stack([torch.randperm(height * width, generator=generator) for _ in range(n)])
        self.back = torch.argsort(self.order, 1).to(DEVICE)
        self.order = self.order.to(DEVICE)
        self.signs = [signs.to(DEVICE) for signs in self.signs]
        self.noise = [noise.to(DEVICE) for noise in self.noise]


def permute(x, order):
    n, c, h, w = x.shape
    return torch.gather(x.reshape(n, c, h * w), 2, order[:, None, :].expand(n, c, h * w)).reshape(n, c, h, w)


def conv(inputs, outputs, middle=None, scale=None):
    """3 x 3; with small random weights around a matrix in the middle where one is given."""
    layer = nn.Conv2d(inputs, outputs, 3, padding=1)
    if middle is not None:
        nn.init.normal_(layer.weight, 0, scale)
        nn.init.zeros_(layer.bias)
        with torch.no_grad():
            layer.weight[:middle.shape[0], :middle.shape[1], 1, 1] += middle
    return layer


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.a, self.b = conv(width, width), conv(width, width)
        nn.init.kaiming_normal_(self.a.weight, .1)
        nn.init.normal_(self.b.weight, 0, .002)
        nn.init.zeros_(self.a.bias)
        nn.init.zeros_(self.b.bias)

    def forward(self, x):
        return x + self.b(F.leaky_relu(self.a(x), .1))


class Stage(nn.Module):
    def __init__(self, first, last):
        super().__init__()
        self.i = conv(2 * CODE, WIDTH, first, .01)
        self.r1, self.r2 = Block(WIDTH), Block(WIDTH)
        self.o = conv(WIDTH, CODE, last, .003)

    def forward(self, x, noise, signs0, signs1):
        return self.o(self.r2(self.r1(self.i(torch.cat([x, noise], 1))) * signs0) * signs1)


def orthogonal(seed):
    return torch.linalg.qr(torch.randn(CODE, CODE, generator=torch.Generator().manual_seed(seed)))[0]


def matrix(*rows):
    return torch.cat([torch.cat(row, 1) for row in rows], 0)


ONE, NONE, MIX1, MIX2 = torch.eye(CODE), torch.zeros(CODE, CODE), orthogonal(1), orthogonal(2)


class Hide(nn.Module):
    def __init__(self):
        super().__init__()
        self.s1 = Stage(matrix((ONE, NONE), (NONE, ONE)), matrix((MIX1, NONE)))
        self.s2 = Stage(matrix((ONE, NONE), (NONE, ONE)), matrix((SIGNAL * MIX2, NOISE * ONE)))

    def forward(self, x, keyed):
        hidden = self.s1(F.pixel_unshuffle(x, 2), keyed.noise[0], keyed.signs[0], keyed.signs[1])
        return F.pixel_shuffle(self.s2(permute(hidden, keyed.order), keyed.noise[1], keyed.signs[2], keyed.signs[3]), 2)


class Show(nn.Module):
    def __init__(self):
        super().__init__()
        self.s2 = Stage(matrix((MIX2.T / SIGNAL, -NOISE / SIGNAL * MIX2.T), (NONE, ONE)), matrix((ONE, NONE)))
        self.s1 = Stage(matrix((MIX1.T, NONE), (NONE, ONE)), matrix((ONE, NONE)))

    def forward(self, y, keyed):
        hidden = self.s2(F.pixel_unshuffle(y, 2), keyed.noise[1], keyed.signs[3], keyed.signs[2])
        return F.pixel_shuffle(self.s1(permute(hidden, keyed.back), keyed.noise[0], keyed.signs[1], keyed.signs[0]), 2)


class Eve(nn.Module):
    def __init__(self, width=48):
        super().__init__()
        self.i, self.o = conv(CODE, width), conv(width, CODE)
        self.r = nn.Sequential(*[Block(width) for _ in range(3)])

    def forward(self, y):
        return F.pixel_shuffle(self.o(self.r(self.i(F.pixel_unshuffle(y, 2)))), 2)


def discriminator():
    return nn.Sequential(nn.Conv2d(3, 24, 4, 2, 1), nn.LeakyReLU(.2), nn.Conv2d(24, 48, 4, 2, 1), nn.LeakyReLU(.2),
                         nn.Conv2d(48, 1, 3, padding=1))


class Round(torch.autograd.Function):
    @staticmethod
    def forward(_, x):
        return torch.round((x.clamp(-1, 1) + 1) * 127.5) / 127.5 - 1

    @staticmethod
    def backward(_, gradient):
        return gradient


def read(path):
    return torch.from_numpy(np.asarray(Image.open(path).convert("RGB")).copy())


def to_tensor(picture):
    return (picture.permute(2, 0, 1)[None].float() / 127.5 - 1).to(DEVICE)


def batches(photos, brain, generator):
    """One crop in four from the brain slices; one in three at half the scale."""
    pick = lambda n: torch.randint(n, (1,), generator=generator).item()
    while True:
        batch = []
        for i in range(BATCH):
            pictures = brain if i % 4 == 3 else photos
            picture = pictures[pick(len(pictures))]
            scale = 2 if pick(3) == 0 and min(picture.shape[:2]) >= 2 * CROP else 1
            y, x = pick(picture.shape[0] - CROP * scale + 1), pick(picture.shape[1] - CROP * scale + 1)
            crop = F.avg_pool2d(picture[y:y + CROP * scale, x:x + CROP * scale].permute(2, 0, 1).float(), scale)
            crop = crop.flip(1) if pick(2) else crop
            crop = crop.flip(2) if pick(2) else crop
            batch.append(crop.transpose(1, 2) if pick(2) else crop)
        yield (torch.stack(batch) / 127.5 - 1).to(DEVICE)


def features(x):
    luminance = (x * x.new_tensor([.299, .587, .114])[None, :, None, None]).sum(1, keepdim=True)
    mean = F.avg_pool2d(luminance, 8, 8)
    return mean.flatten(), (F.avg_pool2d(luminance ** 2, 8, 8) - mean ** 2).clamp_min(0).sqrt().flatten()


def leak(a, b):
    correlation = lambda p, q: 0 if min(p.std(), q.std()) < 1e-6 else abs(np.corrcoef(p.cpu(), q.cpu())[0, 1])
    return max(correlation(p, q) for p in features(a) for q in features(b))


def psnr(a, b):
    return 10 * math.log10(4 / ((a - b) ** 2).mean().item())


def evaluate(nets, pictures):
    """PSNR, entropy, leaks of ciphertext, of a wrong key, of Eve and of noise, Eve's PSNR above a flat picture's."""
    rows, generator = [], torch.Generator().manual_seed(77)
    with torch.no_grad():
        for picture in pictures:
            x = to_tensor(picture)
            keyed, wrong = (Keyed(1, x.shape[2] // 2, x.shape[3] // 2, generator) for _ in "12")
            y = Round.apply(nets["g"](x, keyed))
            share = np.bincount(((y + 1) * 127.5).round().int().flatten().cpu().numpy(), minlength=256) / y.numel()
            share = share[share > 0]
            guess, flat = nets["eve"](y), x.mean((2, 3), keepdim=True).expand_as(x)
            rows.append([psnr(x, Round.apply(nets["f"](y, keyed))), -(share * np.log2(share)).sum(), leak(x, y),
                         leak(x, nets["f"](y, wrong).clamp(-1, 1)), leak(x, guess), leak(x, torch.rand_like(x) * 2 - 1),
                         psnr(x, guess) - psnr(x, flat)])
    return np.mean(rows, 0).round(3)


def train(arguments):
    torch.manual_seed(1)
    paths = sorted(glob.glob(os.path.join(arguments.photos, "*.png")))
    held = paths[5::10]
    photos = [read(path) for path in paths if path not in held]
    brain = [read(os.path.join(arguments.brain, name + ".png")) for name in BRAIN_LEARNT]
    validation = [read(path)[128:384, 128:384] for path in held[:4]]
    validation += [read(os.path.join(arguments.brain, name + ".png"))[:256, :256] for name in BRAIN_HELD]
    nets = {"g": Hide(), "f": Show(), "eve": Eve(), "d1": discriminator(), "d2": discriminator()}
    if arguments.begin:
        for name, state in torch.load(arguments.begin).items():
            if name in nets:
                nets[name].load_state_dict(state)
    g, f, eve, d1, d2 = (nets[name].to(DEVICE) for name in ("g", "f", "eve", "d1", "d2"))
    both = list(g.parameters()) + list(f.parameters())
    for_both = torch.optim.Adam(both, betas=(.9, .99))
    for_eve = torch.optim.Adam(eve.parameters(), 1e-3)
    for_judges = torch.optim.Adam(list(d1.parameters()) + list(d2.parameters()), 2e-4, betas=(.5, .99))
    uniform = ((torch.arange(BATCH * 3 * CROP * CROP) + .5) / (BATCH * 3 * CROP * CROP) * 2 - 1).to(DEVICE)
    keys, source = torch.Generator().manual_seed(5), batches(photos, brain, torch.Generator().manual_seed(2))
    begin, step = time.time(), 0
    while (done := (time.time() - begin) / 60 / arguments.minutes) < 1:
        for group in for_both.param_groups:
            group["lr"] = arguments.learning_rate * min(1, (step + 1) / 100) * (.5 * (1 + math.cos(math.pi * done)) + .01)
        x, keyed = next(source), Keyed(BATCH, CROP // 2, CROP // 2, keys)
        y = g(x, keyed)
        seen = Round.apply(y)
        back = f(seen, keyed)
        restored = (back - x).abs().mean() + .05 * torch.log(((back - x) ** 2).mean((1, 2, 3)) + 1e-5).mean()
        shape = (y.flatten().sort()[0] - uniform).abs().mean()
        judged = ((d1(seen) - 1) ** 2).mean() + ((d2(back) - 1) ** 2).mean()
        flat = ((x - x.mean((2, 3), keepdim=True)) ** 2).mean((1, 2, 3))
        hinge = F.relu(1 - ((eve(y) - x) ** 2).mean((1, 2, 3)) / (flat + 1e-3)).mean()
        loss = 5 * restored + arguments.uniform * shape + 10 * F.relu(y.abs() - 1).mean() + .1 * judged + .5 * hinge
        if step % 8 == 0:  # the second cycle: noise, picture, noise
            noise, other = (torch.rand(2, 3, CROP, CROP, generator=keys) * 2 - 1).to(DEVICE), Keyed(2, CROP // 2, CROP // 2, keys)
            loss = loss + .5 * (g(f(noise, other).clamp(-1.2, 1.2), other) - noise).abs().mean()
        for_both.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(both, 1)
        for_both.step()
        y, back = seen.detach(), back.detach()
        for_eve.zero_grad()
        ((eve(y) - x) ** 2).mean().backward()
        for_eve.step()
        if step % 4 == 0:
            for_judges.zero_grad()
            (((d1(torch.rand_like(y) * 2 - 1) - 1) ** 2).mean() + (d1(y) ** 2).mean()
             + ((d2(x) - 1) ** 2).mean() + (d2(back) ** 2).mean()).backward()
            for_judges.step()
        step += 1
        if step % 400 == 0:
            print(step, "steps:", *evaluate(nets, validation), flush=True)
    print(step, "steps:", *evaluate(nets, validation))
    torch.save({name: net.state_dict() for name, net in nets.items()}, arguments.output + ".pt")
    safetensors_half.save(arguments.output, {f"{name}.{key}": value.cpu().numpy() for name in ("g", "f")
                                             for key, value in nets[name].state_dict().items()}, {"format": "pt"})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command = parser.add_subparsers(required=True).add_parser("train")
    command.set_defaults(run=train)
    for name in ("--photos", "--brain", "--output"):
        command.add_argument(name, required=True)
    command.add_argument("--begin")
    command.add_argument("--minutes", type=float, default=30)
    command.add_argument("--learning-rate", type=float, default=6e-4)
    command.add_argument("--uniform", type=float, default=60, help="weight of the loss that makes ciphertexts uniform")
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()

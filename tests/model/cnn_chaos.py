#!/usr/bin/python3
"""The networks of the cipher "cnn-chaos" in PyTorch: the same, with the same names and shapes, as src/model/tri-cnn-chaos.c.

  cnn_chaos.py train --model digits|brain --data DIR --minutes 20 --output FILE.safetensors [--photos DIR]

An encoder makes a code of one plane of a picture, one byte for each pixel; the cipher permutes the bytes and adds a
keystream modulo 256; a decoder restores the plane from what arrives. Codes keep clear of the 32 lowest and highest values, so
that noise on the way wraps around for few pixels only. DIR of "digits" has cvdigits-images-idx3-ubyte.gz, DIR of "brain" the
slices; the first 250 digits, every tenth of the others and the slices of TESTED are never trained on. On a GPU it takes the
GPU.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import argparse
import glob
import gzip
import math
import os
import time

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

import safetensors_half

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
WIDTH, BLOCKS = 32, 4
GUARD = 32                        # levels at each end that no code uses
HALF = (255 - 2 * GUARD) / 2      # levels from the middle to the end of the code
LEARNT = ("colin27_axial_z80_pad256", "colin27_axial_z100_pad256", "colin27_coronal_y110_pad256",
          "colin27_sagittal_x88_pad256", "colin27hr_axial_z150_pad512", "colin27hr_sagittal_x150_pad512",
          "itk_BrainMidSagittalSlice_pad256", "itk_BrainProtonDensitySlice256x256_pad256")
TESTED = ("mpl_s1045", "dipy_t1_coronal", "itk_T1raw_slice31_pad256", "itk_BrainT1Slice_pad256")


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = (nn.Conv2d(WIDTH, WIDTH, 3, padding=1) for _ in "ab")
        nn.init.kaiming_normal_(self.a.weight, .1)
        nn.init.normal_(self.b.weight, 0, .005)
        nn.init.zeros_(self.a.bias)
        nn.init.zeros_(self.b.bias)

    def forward(self, x):
        return x + self.b(F.leaky_relu(self.a(x), .1))


class Half(nn.Module):
    """From one or two planes to one, at half the resolution inside; begins as the first plane itself."""

    def __init__(self, planes, blocks):
        super().__init__()
        setattr(self, "in", nn.Conv2d(4 * planes, WIDTH, 3, padding=1))
        self.blocks = blocks
        for i in range(blocks):
            setattr(self, str(i), Block())
        self.out = nn.Conv2d(WIDTH, 4, 3, padding=1)
        nn.init.normal_(self.out.weight, 0, .001)
        nn.init.zeros_(self.out.bias)

    def forward(self, x):
        x = F.pixel_unshuffle(x, 2)
        h = F.leaky_relu(getattr(self, "in")(x), .1)
        for i in range(self.blocks):
            h = getattr(self, str(i))(h)
        return F.pixel_shuffle(self.out(h) + x[:, :4], 2)


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Half(1, 1), Half(2, BLOCKS)

    def forward(self, x, damage):
        return self.decoder(damage(self.encoder(x)))


def uniform(shape, generator):
    return torch.rand(shape, generator=generator).to(DEVICE)


class Damage:
    """What happens on the way. Each row of the batch has its own noise, share of salt and pepper, and share of lost pixels:
    the permutation scatters lost blocks. What is lost is known, for blocks of one value don't come about in ciphertexts."""

    def __init__(self, generator, sigma, pepper, lost):
        self.generator = generator
        self.sigma, self.pepper, self.lost = (torch.as_tensor(v, dtype=torch.float32, device=DEVICE).view(-1, 1, 1, 1)
                                              for v in (sigma, pepper, lost))

    def __call__(self, code):
        shape, limited = code.shape, code.clamp(-1, 1)
        level = torch.round(limited.detach() * HALF + 127.5)
        mask = torch.floor(uniform(shape, self.generator) * 256)
        sent = (level + mask) % 256
        noise = torch.randn(shape, generator=self.generator).to(DEVICE)
        seen = torch.round(sent + self.sigma * noise).clamp(0, 255)
        draw, side = uniform(shape, self.generator), uniform(shape, self.generator)
        peppered, lost = draw < self.pepper, uniform(shape, self.generator) < self.lost
        seen = torch.where(peppered, (side < .5).float() * 255, seen)
        value = ((seen - mask) % 256 - 127.5) / HALF
        trust = torch.where((seen == 0) | (seen == 255), .5, 1.)
        trust = torch.where(lost, 0., trust)
        through = torch.where(peppered | lost, torch.zeros_like(limited), limited)
        value = through + (torch.where(lost, torch.zeros_like(value), value) - through).detach()
        return torch.cat([value, trust], 1)


def mixed(n, generator):
    """A quarter of a batch arrives as it was sent; of the rest each kind of damage hits about half."""
    draw = lambda share, most: torch.where(torch.rand(n, generator=generator) < share,
                                           torch.rand(n, generator=generator) * most, torch.zeros(n))
    sound = (torch.rand(n, generator=generator) < .25).float()
    return [v * (1 - sound) for v in (draw(.6, 20), draw(.4, .1), draw(.4, .15))]


def read(path):
    return np.asarray(Image.open(path).convert("L"), np.float32)


def to_tensor(planes):
    return (torch.from_numpy(np.ascontiguousarray(planes))[:, None] / 127.5 - 1).to(DEVICE)


def digits(folder):
    """Returns what is trained on, and what never is: those of data/samples/digits.png, which are among the first 250, and every
    tenth of the others, from the sixth on."""
    with gzip.open(os.path.join(folder, "cvdigits-images-idx3-ubyte.gz")) as file:
        pictures = np.frombuffer(file.read()[16:], np.uint8).reshape(-1, 28, 28).astype(np.float32)
    numbers = np.arange(len(pictures))
    held = (numbers < 250) | (numbers % 10 == 5)
    return pictures[~held], pictures[held]


def slice_of(folder, name, side=128):
    return np.asarray(Image.open(os.path.join(folder, name + ".png")).convert("L").resize((side, side), Image.LANCZOS), np.float32)


def scaled(paths, scales):
    """Every picture at every scale, for crops."""
    out = []
    for path in paths:
        picture = Image.open(path).convert("L")
        for scale in scales:
            size = [round(side * scale) for side in picture.size]
            if min(size) >= 64:
                out.append(np.asarray(picture.resize(size, Image.LANCZOS), np.float32))
    return out


def crops(brain, photos, generator, n, side):
    """One crop in four from a photograph where there are any; crops that are nearly black are drawn again, mostly."""
    pick = lambda limit: torch.randint(limit, (1,), generator=generator).item()
    while True:
        batch = []
        while len(batch) < n:
            source = photos if photos and len(batch) % 4 == 3 else brain
            picture = source[pick(len(source))]
            y, x = pick(picture.shape[0] - side + 1), pick(picture.shape[1] - side + 1)
            crop = picture[y:y + side, x:x + side]
            if crop.mean() < 10 and pick(8):
                continue
            crop = crop[:, ::-1] if pick(2) else crop
            crop = crop[::-1] if pick(2) else crop
            batch.append(crop.T if pick(2) else crop)
        yield to_tensor(np.stack(batch))


def shuffled(pictures, generator, n):
    while True:
        yield to_tensor(pictures[torch.randint(len(pictures), (n,), generator=generator).numpy()])


def score(net, pictures, sigma=0, pepper=0, lost=0):
    """Mean PSNR of each picture after that damage."""
    values = []
    with torch.no_grad():
        for picture in pictures:
            x = to_tensor(picture[None])
            damage = Damage(torch.Generator().manual_seed(9), [sigma], [pepper], [lost])
            back = ((net(x, damage).clamp(-1, 1) + 1) * 127.5).round()
            mse = ((back - (x + 1) * 127.5) ** 2).mean().item()
            values.append(10 * math.log10(255 ** 2 / max(mse, 1e-3)))
    return round(float(np.mean(values)), 2)


def train(arguments):
    torch.manual_seed(1)
    generator = torch.Generator().manual_seed(2)
    if arguments.model == "digits":
        learnt, held = digits(arguments.data)
        batches, watched = shuffled(learnt[:-100], generator, 24), learnt[-100:]
    else:
        paths = [os.path.join(arguments.data, name + ".png") for name in LEARNT]
        photos = sorted(glob.glob(os.path.join(arguments.photos, "*.png"))) if arguments.photos else []
        photos = [path for path in photos if path not in photos[5::10]]
        batches = crops(scaled(paths, (1, .7, .5, .35)), scaled(photos, (.5,)), generator, 16, 48)
        watched = [slice_of(arguments.data, name) for name in LEARNT[:3]]
    net = Pair().to(DEVICE)
    if arguments.begin:
        load(net, arguments.begin)
    optimiser = torch.optim.Adam(net.parameters(), betas=(.9, .99))
    begin, step = time.time(), 0
    while (done := (time.time() - begin) / 60 / arguments.minutes) < 1:
        for group in optimiser.param_groups:
            group["lr"] = arguments.learning_rate * min(1, (step + 1) / 100) * (.5 * (1 + math.cos(math.pi * done)) + .005)
        x = next(batches)
        code = net.encoder(x)
        back = net.decoder(Damage(generator, *mixed(len(x), generator))(code))
        loss = torch.log(((back - x) ** 2).mean((1, 2, 3)) + 3e-4).mean() + .3 * F.relu(code.abs() - 1).mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1)
        optimiser.step()
        step += 1
        if step % 500 == 0:
            print(step, "steps:", *(score(net, watched, *damage) for damage in ((), (10,), (0, .05), (0, 0, .05))), flush=True)
            save(net, arguments.output)
    print(step, "steps")
    save(net, arguments.output)


def save(net, path):
    tensors = {name: value.detach().cpu().numpy() for name, value in net.state_dict().items()}
    safetensors_half.save(path, tensors, {"format": "pt"})


def load(net, path):
    net.load_state_dict({name: torch.from_numpy(value) for name, value in safetensors_half.load(path).items()})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, run in (("train", train),):
        command = commands.add_parser(name)
        command.set_defaults(run=run)
        command.add_argument("--model", choices=("digits", "brain"), default="digits")
        command.add_argument("--data")
        command.add_argument("--photos")
        command.add_argument("--weights")
        command.add_argument("--begin")
        command.add_argument("--minutes", type=float, default=20)
        command.add_argument("--output")
        command.add_argument("--learning-rate", type=float, default=2e-3)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""The autoencoder in PyTorch: the same network, names and shapes as src/model/tri-autoencoder.c.

  autoencoder.py train --rate 1/4 --data DIR --minutes 20|--steps N --output FILE.safetensors [--begin FILE] [--batch 8]
  autoencoder.py evaluate --rate 1/4 --weights FILE.safetensors --fit DIR --data DIR
  autoencoder.py random --rate 1/4 --output FILE.safetensors    the network before it has learned anything, to --begin with
  autoencoder.py vectors        writes tests/vectors/autoencoder.safetensors from the shipped weights

Training starts from the best linear code: the Karhunen-Loeve transform of blocks of 8 x 8 x 3, companded, with bits
dealt out where they take most of the squared error away. The shipped weights were made by "train"; every tenth picture,
from the sixth on, is kept for validation. With --begin it starts from weights of the program instead, such as those that a
training exported, and what comes out can be imported there: "Train" > "Import Weights". Where there are GPUs it takes all of
them, each with a batch of its own: --processes, see several.py.

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
import several

HERE = os.path.dirname(os.path.abspath(__file__))
BYTES = {"1/2": 96, "1/4": 48, "1/8": 24}
WIDTH, REPAIRS, CROP, BATCH = 64, 4, 128, 8


def read(path):
    return np.asarray(Image.open(path).convert("RGB"))


def blocks(picture):
    """[h, w, 3] -> [blocks, 192], in the order of pixel_unshuffle (8)"""
    height, width = picture.shape[0] // 8 * 8, picture.shape[1] // 8 * 8
    cut = picture[:height, :width].reshape(height // 8, 8, width // 8, 8, 3)
    return cut.transpose(0, 2, 4, 1, 3).reshape(-1, 192) / 127.5 - 1


def compand(y, levels, knee, reach):
    """Coefficients in units of their deviation, through the companding quantiser and back."""
    size = np.log1p(reach / knee)
    t = np.sign(y) * np.log1p(np.minimum(np.abs(y), reach) / knee) / size
    t = np.round((t + 1) / 2 * (levels - 1)) / (levels - 1) * 2 - 1
    return np.sign(t) * knee * np.expm1(np.abs(t) * size)


def klt(pictures):
    samples = np.concatenate([blocks(read(path)) for path in pictures])
    mean = samples.mean(0)
    variance, basis = np.linalg.eigh(np.cov((samples - mean).T))
    return samples, mean, np.sqrt(variance[::-1]), basis[:, ::-1]


def fit(pictures, n_bytes):
    """The linear code: transform, deviations, and for each kept coefficient its bits, knee and reach."""
    samples, mean, deviation, basis = klt(pictures)
    scores = (samples[::29] - mean) @ basis / deviation
    error = np.zeros((192, 9))
    choice = {}
    for i in range(192):
        error[i, :2] = (scores[:, i] ** 2).mean()
        for bits in range(2, 9):
            tried = [(((compand(scores[:, i], 2 ** bits - 1, knee, reach) - scores[:, i]) ** 2).mean(), knee, reach)
                     for reach in (4, 8, 14, 24) for knee in (.05, .15, .4, 1.5)]
            error[i, bits], *choice[i, bits] = min(tried)
    error *= deviation[:, None] ** 2
    bits, left = np.zeros(192, int), 8 * n_bytes
    while left > 0:
        gain, i, more = max(((error[i, bits[i]] - error[i, b]) / (b - bits[i]), i, b)
                            for i in range(192) for b in range(max(2, bits[i] + 1), 9) if b - bits[i] <= left)
        left -= more - bits[i]
        bits[i] = more
    kept = np.flatnonzero(bits)
    knee, reach = np.array([choice[i, bits[i]] for i in kept]).T
    return {"basis": basis[:, kept].T, "mean": mean, "scale": deviation[kept] * knee, "range": np.log1p(reach / knee),
            "bits": bits[kept]}


class Round(torch.autograd.Function):
    """Clamps and rounds; backward as if it only clamped."""

    @staticmethod
    def forward(ctx, x, steps):
        ctx.save_for_backward(x)
        return torch.round((x.clamp(-1, 1) + 1) / 2 * steps) / steps * 2 - 1

    @staticmethod
    def backward(ctx, gradient):
        x, = ctx.saved_tensors
        return gradient * (x.abs() <= 1), None


class Expand(torch.autograd.Function):
    """sign (x) (e^|x| - 1), with the derivative that it has at 0, where sign () * expm1 () gets none: zeros are many."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.sign(x) * torch.expm1(x.abs())

    @staticmethod
    def backward(ctx, gradient):
        x, = ctx.saved_tensors
        return gradient * x.abs().exp()


class Repair(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(WIDTH, WIDTH, 3, padding=1)
        self.b = nn.Conv2d(WIDTH, WIDTH, 3, padding=1)
        nn.init.zeros_(self.b.weight)
        nn.init.zeros_(self.b.bias)

    def forward(self, x):
        return x + self.b(F.leaky_relu(self.a(x), .1))


class Autoencoder(nn.Module):
    def __init__(self, bits):
        super().__init__()
        n = len(bits)
        self.analysis = nn.Conv2d(192, n, 3, padding=1)
        self.squeeze = nn.Conv2d(n, n, 1, groups=n, bias=False)
        self.stretch = nn.Conv2d(n, n, 1, groups=n, bias=False)
        self.synthesis = nn.Conv2d(n, 192, 3, padding=1)
        self.repair = nn.ModuleDict({"in": nn.Conv2d(48, WIDTH, 3, padding=1)})
        self.repair.update({str(i): Repair() for i in range(REPAIRS)})
        self.repair["out"] = nn.Conv2d(WIDTH, 48, 3, padding=1)
        nn.init.zeros_(self.repair["out"].weight)
        nn.init.zeros_(self.repair["out"].bias)
        self.steps = torch.tensor([2.0 ** b - 2 for b in bits], dtype=torch.float32)[None, :, None, None]

    def start(self, code):
        """Makes it the linear code."""
        weight = lambda x: torch.tensor(np.ascontiguousarray(x), dtype=torch.float32)
        with torch.no_grad():
            for conv in (self.analysis, self.synthesis):
                conv.weight.zero_()
            self.analysis.weight[:, :, 1, 1] = weight(code["basis"] / code["scale"][:, None])
            self.analysis.bias.copy_(weight(-(code["basis"] @ code["mean"]) / code["scale"]))
            self.synthesis.weight[:, :, 1, 1] = weight((code["basis"] * code["scale"][:, None]).T)
            self.synthesis.bias.copy_(weight(code["mean"]))
            self.squeeze.weight.copy_(weight(1 / code["range"])[:, None, None, None])
            self.stretch.weight.copy_(weight(code["range"])[:, None, None, None])

    def encode(self, x):
        z = self.analysis(F.pixel_unshuffle(x, 8))
        return self.squeeze(torch.sign(z) * torch.log1p(z.abs()))

    def decode(self, code):
        draft = F.pixel_shuffle(self.synthesis(Expand.apply(self.stretch(code))), 8)
        x = self.repair["in"](F.pixel_unshuffle(draft, 4))
        for i in range(REPAIRS):
            x = self.repair[str(i)](x)
        return draft + F.pixel_shuffle(self.repair["out"](x), 4)

    def forward(self, x):
        return self.decode(Round.apply(self.encode(x), self.steps.to(x.device)))


def to_tensor(pictures):
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1


def psnr(a, b):
    return 10 * math.log10(65025 / max(((a.astype(float) - b) ** 2).mean(), 1e-9))


def restore(net, picture):
    with torch.no_grad():
        out = net(to_tensor([picture]).to(next(net.parameters()).device))[0].permute(1, 2, 0).cpu().numpy()
    return np.clip((out + 1) * 127.5, 0, 255).round()


def crops(pictures, generator, size=BATCH):
    pick = lambda n: torch.randint(n, (1,), generator=generator).item()
    while True:
        batch = []
        for _ in range(size):
            picture = pictures[pick(len(pictures))]
            y, x = pick(picture.shape[0] - CROP + 1), pick(picture.shape[1] - CROP + 1)
            crop = picture[y:y + CROP, x:x + CROP]
            crop = crop[::-1] if pick(2) else crop
            crop = crop[:, ::-1] if pick(2) else crop
            batch.append(np.ascontiguousarray(crop.transpose(1, 0, 2) if pick(2) else crop))
        yield to_tensor(batch)


class Whole(nn.Module):
    """Latents and what comes back, in one call: what several processes average the gradients of."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        latents = self.net.encode(x)
        return latents, self.net.decode(Round.apply(latents, self.net.steps.to(x.device)))


def progress(arguments, processes):
    """0 ... 1, once for each step until time or steps are up."""
    begin, step = time.time(), 0
    while True:
        done = step / arguments.steps if arguments.steps else processes.agree((time.time() - begin) / 60 / arguments.minutes)
        if done >= 1:
            return
        yield done
        step += 1


def train(arguments, processes):
    paths = sorted(path for ending in ("png", "jpg", "jpeg") for path in glob.glob(os.path.join(arguments.data, "*." + ending)))
    paths = [path for path in paths if min(Image.open(path).size) >= CROP]
    held = paths[5::10]
    learnt = [path for path in paths if path not in held]
    torch.manual_seed(1)
    if arguments.begin:
        net = shipped(arguments.rate, table_bits(arguments.rate), arguments.begin)
    else:
        code = fit(learnt, BYTES[arguments.rate])
        net = Autoencoder(code["bits"])
        net.start(code)
    whole = processes.wrap(Whole(net))
    validation = [read(path) for path in held]
    score = lambda: np.mean([psnr(restore(net, picture), picture) for picture in validation]) if validation else math.nan
    if processes.first:
        print("its start:" if arguments.begin else "the linear code:", round(score(), 3), "dB on", len(held), "pictures")
    slow = [p for name, p in net.named_parameters() if not name.startswith("repair")]
    fast = [p for name, p in net.named_parameters() if name.startswith("repair")]
    optimiser = torch.optim.Adam([{"params": fast, "share": 1}, {"params": slow, "share": arguments.share}], betas=(.9, .99))
    batches = crops([read(path) for path in learnt], torch.Generator().manual_seed(2 + processes.rank), arguments.batch)
    step = 0
    for done in progress(arguments, processes):
        rate = arguments.learning_rate * min(1, step / 100) * (.5 * (1 + math.cos(math.pi * done)) + .002)
        for group in optimiser.param_groups:
            group["lr"] = rate * group["share"]
        x = next(batches).to(processes.device)
        latents, y = whole(x)
        loss = torch.log(((y - x) ** 2).mean((1, 2, 3)) + 3e-6).mean() + .3 * F.relu(latents.abs() - 1).mean()
        optimiser.zero_grad()
        loss.backward()
        for parameters in (fast, slow):
            nn.utils.clip_grad_norm_(parameters, 1)
        optimiser.step()
        step += 1
        if step % 500 == 0 and processes.first:
            print(step, "steps:", round(score(), 3), "dB", flush=True)
    processes.check(net)
    if processes.first:
        print(step, "steps:", round(score(), 3), "dB")
        save(net.cpu(), arguments.output)
    processes.end()


def save(net, path):
    safetensors_half.save(path, {name: value.detach().numpy() for name, value in net.state_dict().items()}, {"format": "pt"})


def shipped(rate, bits, path=None):
    path = path or os.path.join(HERE, "../../data/models/autoencoder-%s.safetensors" % rate.replace("/", "-"))
    net = Autoencoder(bits)
    net.load_state_dict({name: torch.from_numpy(value) for name, value in safetensors_half.load(path).items()})
    return net


def random(arguments):
    """Weights after He et al. 2015; the companding of a linear code that reaches as far as the code does; no repairs yet."""
    torch.manual_seed(1)
    net = Autoencoder(table_bits(arguments.rate))
    with torch.no_grad():
        for name, value in net.named_parameters():
            if name.startswith(("squeeze", "stretch")):
                value.fill_(.77 if name.startswith("squeeze") else 1 / .77)
            elif name.endswith("bias"):
                value.zero_()
            elif value.any():  # all but the last of each repair
                nn.init.kaiming_normal_(value)
    save(net, arguments.output)


def table_bits(rate):
    """The bits of the table in C, which belong to the architecture."""
    name = {"1/2": "half", "1/4": "quarter", "1/8": "eighth"}[rate]
    with open(os.path.join(HERE, "../../src/model/tri-autoencoder.c"), encoding="utf-8") as source:
        text = source.read().split(f"{name}_bits[] = {{")[1].split("}")[0]
    return [int(number) for number in text.split(",") if number.strip()]


def evaluate(arguments):
    """The network beside two linear codes of the same size: all coefficients with 8 bits, and with bits dealt out."""
    n_bytes, bits = BYTES[arguments.rate], table_bits(arguments.rate)
    net = shipped(arguments.rate, bits, arguments.weights)
    paths = sorted(glob.glob(os.path.join(arguments.fit, "*.png")))
    learnt = [path for path in paths if path not in paths[5::10]]
    code = fit(learnt, n_bytes)
    linear = Autoencoder(code["bits"])
    linear.start(code)
    _, mean, deviation, basis = klt(learnt)
    for path in sorted(glob.glob(os.path.join(arguments.data, "*.png"))):
        picture = read(path)
        height, width = picture.shape[0] // 8, picture.shape[1] // 8
        scores = (blocks(picture) - mean) @ basis[:, :n_bytes] / deviation[:n_bytes]
        scores = np.clip(np.floor((scores / 4 + 1) * 128), 0, 255) / 32 - 4 + 1 / 64
        plain = ((scores * deviation[:n_bytes]) @ basis[:, :n_bytes].T + mean).reshape(height, width, 3, 8, 8)
        plain = np.clip((plain.transpose(0, 3, 1, 4, 2).reshape(height * 8, width * 8, 3) + 1) * 127.5, 0, 255).round()
        print(f"{os.path.basename(path)}: KLT, 8 bits each {psnr(plain, picture[:height * 8, :width * 8]):.2f} dB, "
              f"KLT, bits dealt out {psnr(restore(linear, picture), picture):.2f}, network {psnr(restore(net, picture), picture):.2f}",
              flush=True)


def vectors(_):
    """A forward pass, and ten steps of Adam, from the shipped weights of the smallest model."""
    torch.manual_seed(3)
    net = shipped("1/8", table_bits("1/8"))
    y, x = np.mgrid[0:24, 0:32]
    picture = np.stack([128 + 100 * np.sin(x / 5) * np.cos(y / 7), 8 * x % 256, (x * y) % 256], -1).round().clip(0, 255)
    batch = to_tensor([picture.astype(np.uint8)])
    code = Round.apply(net.encode(batch), net.steps)
    nhwc = lambda t: t.detach().permute(0, 2, 3, 1).numpy()
    out = {"picture": nhwc(batch), "code": nhwc(code), "restored": nhwc(net.decode(code))}
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-4, betas=(.9, .999), eps=1e-8)
    losses = []
    for _ in range(10):
        loss = ((net(batch) - batch) ** 2).mean()
        losses.append(loss.item())
        optimiser.zero_grad()
        loss.backward()
        if len(losses) == 1:
            for name in ("analysis.bias", "squeeze.weight", "stretch.weight", "synthesis.bias", "repair.2.a.bias"):
                out["gradient." + name] = dict(net.named_parameters())[name].grad.numpy().copy()
        optimiser.step()
    out["losses"] = np.array(losses)
    safetensors_half.save(os.path.join(HERE, "../vectors/autoencoder.safetensors"), out, {"by": "tests/model/autoencoder.py"}, "F32")
    print(losses)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, run in (("train", lambda arguments: several.run(train, arguments)), ("evaluate", evaluate), ("random", random),
                      ("vectors", vectors)):
        command = commands.add_parser(name)
        several.add_argument(command)
        command.set_defaults(run=run)
        command.add_argument("--rate", choices=BYTES, default="1/4")
        command.add_argument("--data")
        command.add_argument("--fit")
        command.add_argument("--weights")
        command.add_argument("--minutes", type=float, default=20)
        command.add_argument("--steps", type=int, help="in place of minutes")
        command.add_argument("--output")
        command.add_argument("--begin")
        command.add_argument("--batch", type=int, default=BATCH)
        command.add_argument("--learning-rate", type=float, default=1e-3)
        command.add_argument("--share", type=float, default=.1, help="of the learning rate, for the linear part")
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""The key-conditioned CycleGAN in PyTorch: the same networks, names and shapes as src/model/tri-cyclegan.c.

  cyclegan.py train --photos DIR [--brain DIR] [--steps N] --output FILE.safetensors [--begin FILE.safetensors|CHECKPOINT.pt]
  cyclegan.py train --shipped --photos DIR --brain DIR …   by the lists with which the shipped weights were made
  cyclegan.py judge --photos DIR PICTURES…   how often a new critic tells the ciphertexts of these from noise
  cyclegan.py vectors            writes tests/vectors/cyclegan.safetensors from the shipped weights

G turns pictures into noise under a key, F turns them back; D1 tells their noise from true noise, D2 decryptions from
pictures, and Eve learns to reconstruct from ciphertexts alone. Keys are fresh in every step, and what F makes under one with one
bit wrong, or with half of them, is not to come nearer to the picture than its mean colour. G's last act is to round to bytes
and to add keyed ones, modulo 256, and F's first to subtract them: so the ciphertext is even whatever the networks do, D1 and
Eve are at chance from the first step on, and training makes the way back exact. The start is a code already: the principal
components of 2 x 2 pixels, keyed signs, orthogonal mixing and a keyed permutation between the stages. It goes on from weights of
its own or from those that the program exports, which have nothing of the adversaries: these begin anew, and so does Adam.

DIR is a folder of any pictures of 64 x 64 pixels or more; a quarter of all crops is of the second one, where there is one. Every
tenth picture, from the sixth on, is kept for validation, of fewer the last. Where there are GPUs it takes all of them, each with a
batch of its own: --processes, see several.py.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import argparse
import copy
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

CODE, WIDTH, CROP, BATCH = 12, 32, 64, 8
PERIOD = 512 / 255  # of 256 levels, of which the first and the last are -1 and 1
SIGNAL = .36  # deviation of the code at the start
KINK, SLOPE = .6, .4  # where its values are squeezed, and the slope from there on, for few of them to be cut off
GAIN_POWER, COLOUR_GAIN = -.35, .8  # the second and third component are colours, which reach far for their deviation
# What the shipped weights were trained on (--shipped). All other slices of the Insight Toolkit and all of colin27 are for tests:
# its T1 slice is the sample brain.png, and simulated from the head of colin27. So is a photograph that is a sample
BRAIN_LEARNT = "dipy_t1_coronal", "mpl_s1045"
BRAIN_HELD = "itk_T1raw_slice31_pad256", "itk_BrainMidSagittalSlice_pad256"
LEFT_OUT = "palapeli_cincinnati-bridge",
ENDINGS = ".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"
WEIGHTS = {"l1": 5, "log": .25, "outside": 10, "d1": .01, "d2": .1, "eve": .05, "wrong": .05, "second": .01}
HERE = os.path.dirname(os.path.abspath(__file__))
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def stream(keys, number, size):
    """ChaCha20 (Bernstein 2008) of each row of 32 bytes, from the stream of that number: [n, size] bytes."""
    blocks, mask = -(-size // 64), np.uint32(0xffffffff)
    state = np.empty((16, len(keys), blocks), np.uint32)
    state[:4] = np.frombuffer(b"expand 32-byte k", "<u4")[:, None, None]
    state[4:12] = np.ascontiguousarray(keys).view("<u4").T[:, :, None]
    state[12], state[13], state[14], state[15] = np.arange(blocks) & mask, 0, number, 0
    x = state.copy()
    for step in range(20):
        a, b, c, d = (x[row:row + 4] if step % 2 == 0 else x[[row + (i + row // 4) % 4 for i in range(4)]] for row in (0, 4, 8, 12))
        for summed, other, turned, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            summed += other
            turned ^= summed
            turned[:] = turned << np.uint32(bits) | turned >> np.uint32(32 - bits)
        if step % 2:
            for row, part in zip((0, 4, 8, 12), (a, b, c, d)):
                x[[row + (i + row // 4) % 4 for i in range(4)]] = part
    return np.ascontiguousarray((x + state).transpose(1, 2, 0)).astype("<u4").view(np.uint8).reshape(len(keys), -1)[:, :size]


def shuffled(keys, size):
    """Fisher and Yates's permutation, by the stream with number 0; one row for each key."""
    random = stream(keys, 0, 8 * size).view("<u8")
    choices = np.arange(size, 0, -1, dtype=np.uint64)
    low, high = random & np.uint64(0xffffffff), random >> np.uint64(32)
    places = (high * choices + (low * choices >> np.uint64(32))) >> np.uint64(32)
    orders = []
    for row in places.tolist():
        order = list(range(size))
        for i, j in zip(range(size - 1, 0, -1), row):
            order[i], order[j] = order[j], order[i]
        orders.append(order)
    return torch.tensor(orders)


def draw_keys(n, generator):
    return torch.randint(256, (n, 32), generator=generator).numpy().astype(np.uint8)


def near_keys(keys, generator):
    """Each with one bit wrong, or with half of them: as often the one as the other."""
    wrong = keys.copy()
    for key in wrong:
        if torch.randint(2, (1,), generator=generator).item():
            key ^= draw_keys(1, generator)[0]
        else:
            bit = torch.randint(256, (1,), generator=generator).item()
            key[bit // 8] ^= 1 << bit % 8
    return wrong


class Keyed:
    """What keys of 32 bytes expand to, at height x width positions: as src/model/tri-cyclegan-keyed.c has it."""

    def __init__(self, keys, height, width):
        even = width + width % 2  # rows begin at even numbers of the stream
        self.signs, parts = [], []
        for number in (1, 2):
            parts.append(stream(keys, number, height * even * 32).reshape(len(keys), height, even, 32)[:, :, :width])
            bits = np.unpackbits(parts[-1][..., 24:], axis=-1, bitorder="little").astype(np.float32) * 2 - 1
            self.signs += [self.planes(bits[..., :WIDTH]), self.planes(bits[..., WIDTH:])]
        for signs in self.signs:
            signs[:, CODE:2 * CODE] = 1
        words = np.ascontiguousarray(parts[0][..., :24]).view("<u2")
        self.noise = self.planes((words.astype(np.float32) + .5) / 32768 - 1)
        self.mask = self.planes(parts[1][..., :CODE].astype(np.float32)) * 2 / 255
        self.order = shuffled(keys, height * width).to(DEVICE)
        self.back = torch.argsort(self.order, 1)

    @staticmethod
    def planes(values):
        return torch.from_numpy(np.ascontiguousarray(values.transpose(0, 3, 1, 2))).to(DEVICE)


def permute(x, order):
    n, c, h, w = x.shape
    return torch.gather(x.reshape(n, c, h * w), 2, order[:, None, :].expand(n, c, h * w)).reshape(n, c, h, w)


def conv(inputs, outputs, middle=None):
    """3 x 3; where a matrix is given, it is in the middle, and the rows that it has are nothing else."""
    layer = nn.Conv2d(inputs, outputs, 3, padding=1)
    nn.init.kaiming_normal_(layer.weight)
    nn.init.zeros_(layer.bias)
    if middle is not None:
        with torch.no_grad():
            layer.weight[:len(middle)] = 0
            layer.weight[:len(middle), :middle.shape[1], 1, 1] = middle
    return layer


class Block(nn.Module):
    """Adds nothing at first."""

    def __init__(self, width):
        super().__init__()
        self.a, self.b = conv(width, width), conv(width, width)
        nn.init.zeros_(self.b.weight)

    def forward(self, x):
        return x + self.b(F.leaky_relu(self.a(x), .1))


class Stage(nn.Module):
    def __init__(self, first, last, inputs=CODE):
        super().__init__()
        self.i = conv(inputs, WIDTH, first)
        self.r1, self.r2 = Block(WIDTH), Block(WIDTH)
        self.o = conv(WIDTH, CODE, last)

    def forward(self, x, signs0, signs1):
        return self.o(self.r2(self.r1(self.i(x)) * signs0) * signs1)


def hadamard():
    """Of order 12 (Paley 1933): orthogonal, and every number as much of each result as any other."""
    squares = {i * i % 11 for i in range(1, 11)}
    rows = [[1] * 12] + [[1] + [-1 if i == j else 1 if (j - i) % 11 in squares else -1 for j in range(11)] for i in range(11)]
    return torch.tensor(rows).float() / CODE ** .5


def matrix(*rows):
    return torch.cat([torch.cat(row, 1) for row in rows], 0)


ONE, NONE, MIX = torch.eye(CODE), torch.zeros(CODE, CODE), hadamard()


def wrap(x):
    """Modulo 256 levels; backward as if it weren't there."""
    return x - PERIOD * torch.floor(x / PERIOD + .5)


class Hide(nn.Module):
    def __init__(self):
        super().__init__()
        self.s1 = Stage(matrix((ONE, NONE), (NONE, ONE)), matrix((MIX, NONE)), 2 * CODE)
        self.s2 = Stage(SIGNAL * ONE, matrix((ONE, NONE)))

    def forward(self, x, keyed):
        """Returns the code, and the ciphertext: the code in bytes, plus the key's."""
        hidden = self.s1(torch.cat([F.pixel_unshuffle(x, 2), keyed.noise], 1), keyed.signs[0], keyed.signs[1])
        code = self.s2(permute(hidden, keyed.order), keyed.signs[2], keyed.signs[3])
        return code, F.pixel_shuffle(wrap(Round.apply(code) + keyed.mask), 2)


class Show(nn.Module):
    def __init__(self):
        super().__init__()
        self.s2 = Stage(ONE, matrix((ONE / SIGNAL, NONE)))
        self.s1 = Stage(matrix((MIX.T, NONE), (NONE, ONE)), matrix((ONE, NONE)), 2 * CODE)

    def forward(self, y, keyed):
        """Returns the code, which is exactly that which hiding rounded, and the picture."""
        code = wrap(F.pixel_unshuffle(y, 2) - keyed.mask)
        hidden = permute(self.s2(code, keyed.signs[3], keyed.signs[2]), keyed.back)
        return code, F.pixel_shuffle(self.s1(torch.cat([hidden, keyed.noise], 1), keyed.signs[1], keyed.signs[0]), 2)


def bend(block, at, ratio):
    """From @at on in both directions, the first channels' slope is @ratio times that before. Returns the slope before."""
    add = (ratio - 1) / (1.1 - .2 * ratio)
    with torch.no_grad():
        block.a.weight[:2 * CODE] = block.b.weight[:CODE] = 0
        block.a.weight[:2 * CODE, :CODE, 1, 1] = torch.cat([ONE, -ONE])
        block.a.bias[:2 * CODE] = -at
        block.b.weight[:CODE, :2 * CODE, 1, 1] = torch.cat([add * ONE, -add * ONE], 1)
    return 1 + .2 * add


def squeeze(hide, show):
    """Rare large values, so that none is cut off that matters."""
    with torch.no_grad():
        hide.s2.o.weight[:, :CODE] /= bend(hide.s2.r1, KINK, SLOPE)
        show.s2.o.weight[:, :CODE] /= bend(show.s2.r1, KINK, 1 / SLOPE)


def prepare(hide, show, samples):
    """What is rounded later is shared out as is good for a linear code with white noise and few values that are cut off: the
    principal components of 2 x 2 pixels, each divided by a power of its deviation."""
    x = F.pixel_unshuffle(samples, 2).permute(0, 2, 3, 1).reshape(-1, CODE).double()
    variance, vectors = torch.linalg.eigh(x.T @ x / len(x))
    deviation = variance.clamp_min(0).sqrt().clamp_min(.03)
    gains = deviation ** GAIN_POWER
    gains *= (CODE / (gains ** 2 * variance).sum()).sqrt()
    gains[-3:-1] *= COLOUR_GAIN
    squeeze(hide, show)
    with torch.no_grad():
        hide.s1.i.weight[:CODE, :CODE, 1, 1] += (gains[:, None] * vectors.T).float() - ONE
        show.s1.o.weight[:CODE, :CODE, 1, 1] += (vectors / gains).float() - ONE


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
    """To 256 levels; backward as if it only clamped."""

    @staticmethod
    def forward(context, x):
        context.save_for_backward(x)
        return torch.round((x.clamp(-1, 1) + 1) * 127.5) / 127.5 - 1

    @staticmethod
    def backward(context, gradient):
        x, = context.saved_tensors
        return gradient * (x.abs() <= 1)


def read(path):
    return torch.from_numpy(np.asarray(Image.open(path).convert("RGB")).copy())


def to_tensor(picture):
    return (picture.permute(2, 0, 1)[None].float() / 127.5 - 1).to(DEVICE)


def batches(photos, brain, generator, size=BATCH):
    """One crop in four from the brain slices; one in three at half the scale."""
    pick = lambda n: torch.randint(n, (1,), generator=generator).item()
    while True:
        batch = []
        for i in range(size):
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


def ssim(a, b):
    window = torch.exp(-torch.arange(-5., 6) ** 2 / 4.5)
    window = ((window[:, None] * window) / window.sum() ** 2).expand(3, 1, 11, 11).to(DEVICE)
    blur = lambda x: F.conv2d(x, window, groups=3)
    a, b = (a + 1) / 2, (b + 1) / 2
    p, q = blur(a), blur(b)
    top = (2 * p * q + 1e-4) * (2 * (blur(a * b) - p * q) + 9e-4)
    return (top / ((p * p + q * q + 1e-4) * (blur(a * a) - p * p + blur(b * b) - q * q + 9e-4))).mean().item()


def evaluate(nets, pictures):
    """PSNR, SSIM, entropy, leaks of ciphertext, of a wrong key, of Eve and of noise, Eve's PSNR above a flat picture's."""
    rows, generator = [], torch.Generator().manual_seed(77)
    with torch.no_grad():
        for picture in pictures:
            x = to_tensor(picture)
            key = draw_keys(1, generator)
            keyed, wrong = (Keyed(keys, x.shape[2] // 2, x.shape[3] // 2) for keys in (key, near_keys(key, generator)))
            y = Round.apply(nets["g"](x, keyed)[1])
            share = np.bincount(((y + 1) * 127.5).round().int().flatten().cpu().numpy(), minlength=256) / y.numel()
            share = share[share > 0]
            guess, flat = nets["eve"](y), x.mean((2, 3), keepdim=True).expand_as(x)
            back = Round.apply(nets["f"](y, keyed)[1])
            rows.append([psnr(x, back), ssim(x, back), -(share * np.log2(share)).sum(), leak(x, y),
                         leak(x, nets["f"](y, wrong)[1].clamp(-1, 1)), leak(x, guess), leak(x, torch.rand_like(x) * 2 - 1),
                         psnr(x, guess) - psnr(x, flat)])
    return np.mean(rows, 0).round(3)


def spread(y):
    """Each picture's sorted values against those of the uniform distribution."""
    size = y[0].numel()
    wanted = (torch.arange(size, device=y.device) + .5) / size * 2 - 1
    return ((y.flatten(1).sort(1)[0] - wanted) ** 2).mean()


def errors(a, b):
    return ((a - b) ** 2).mean((1, 2, 3))


def flat(x):
    return errors(x, x.mean((2, 3), keepdim=True))


def ahead(guess, x):
    """By how much a guess beats the mean colour; 0 where it doesn't."""
    return F.relu(1 - errors(guess, x) / (flat(x) + 1e-3)).mean()


class Learner:
    """All five networks and one step of training. Average: called with each network before it goes down its gradients."""

    RATES = {"g": .2, "f": 1, "d1": 2.5, "d2": 2.5, "eve": 50}
    BETAS = {"g": (.9, .99), "f": (.9, .99), "d1": (.5, .99), "d2": (.5, .99), "eve": (.9, .99)}

    def __init__(self, nets, average=lambda net: None):
        self.nets, self.average = nets, average
        self.adams = {name: torch.optim.Adam(net.parameters(), betas=self.BETAS[name]) for name, net in nets.items()}

    def set_rate(self, rate):
        for name, adam in self.adams.items():
            adam.param_groups[0]["lr"] = rate * self.RATES[name]

    def clear(self):
        for adam in self.adams.values():
            adam.zero_grad()

    def descend(self, *names):
        for name in names:
            self.average(self.nets[name])
            nn.utils.clip_grad_norm_(self.nets[name].parameters(), 1)
            self.adams[name].step()

    def step(self, x, keyed, wrong, noise, second_noise, second_keyed):
        """Wrong: keys next to the right ones. Noise: for D1 to compare with, and to begin the second cycle with."""
        g, f, eve, d1, d2 = (self.nets[name] for name in ("g", "f", "eve", "d1", "d2"))
        self.clear()
        code, seen = g(x, keyed)
        back = f(seen, keyed)[1]
        second_code, second_picture = f(second_noise, second_keyed)
        losses = {"l1": (back - x).abs().mean(), "log": torch.log(errors(back, x) + 1e-5).mean(),
                  "outside": F.relu(code.abs() - 1).mean(), "d1": ((d1(seen) - 1) ** 2).mean(), "d2": ((d2(back) - 1) ** 2).mean(),
                  "eve": ahead(eve(seen), x), "wrong": ahead(f(seen, wrong)[1], x),
                  "second": (g(second_picture, second_keyed)[0] - second_code).abs().mean()}
        sum(WEIGHTS[name] * loss for name, loss in losses.items()).backward()
        losses["uniform"] = spread(seen.detach())
        losses["mse"] = errors(back.detach(), x).mean()
        self.descend("g", "f")
        seen, back = seen.detach(), back.detach()
        self.clear()
        losses["eve mse"] = errors(eve(seen), x).mean()
        losses["judge 1"] = ((d1(noise) - 1) ** 2).mean() + (d1(seen) ** 2).mean()
        losses["judge 2"] = ((d2(x) - 1) ** 2).mean() + (d2(back) ** 2).mean()
        (losses["eve mse"] + losses["judge 1"] + losses["judge 2"]).backward()
        self.descend("eve", "d1", "d2")
        return losses, seen, back


def middle(picture, side=256):
    y, x = (max((size - side) // 2, 0) for size in picture.shape[:2])
    return picture[y:y + side, x:x + side]


def load_nets(path):
    """{net: state} of a checkpoint of this script, or of a file of weights, which the page Train of the program exports too."""
    if path.endswith(".pt"):
        return torch.load(path, map_location="cpu")
    states = {}
    for name, values in safetensors_half.load(path).items():
        net, weight = name.split(".", 1)
        states.setdefault(net, {})[weight] = torch.from_numpy(values)
    return states


def begun(arguments, source):
    """The five networks as they begin; those that the file has nothing of, as adversaries in an export, begin anew."""
    nets = {"g": Hide(), "f": Show(), "eve": Eve(), "d1": discriminator(), "d2": discriminator()}
    if not arguments.begin:
        prepare(nets["g"], nets["f"], torch.cat([next(source).cpu() for _ in range(64)]))
        return nets
    states = load_nets(arguments.begin)
    if not {"g", "f"} <= states.keys():
        raise SystemExit(f"{arguments.begin} has no weights of G and F")
    for name, state in states.items():
        if name in nets:
            nets[name].load_state_dict(state)
    return nets


def names_of(folder):
    """{name without ending: path}, in order."""
    files = sorted(file for file in os.listdir(folder) if file.lower().endswith(ENDINGS))
    return {os.path.splitext(file)[0]: os.path.join(folder, file) for file in files}


def split(paths):
    """Those to learn from and those to validate with: every tenth from the sixth on, of fewer the last; of one the same."""
    held = paths[5::10] or paths[-1:]
    return [path for path in paths if path not in held] or paths, held


def pictures_of(arguments):
    """Photographs and brain slices to learn from, and what to validate with: pieces of four and of two."""
    photos, held = split(list(names_of(arguments.photos).values()))
    brain, held_brain = split(list(names_of(arguments.brain).values())) if arguments.brain else ([], [])
    if arguments.shipped:
        names = names_of(arguments.brain)
        photos = [path for path in photos if os.path.splitext(os.path.basename(path))[0] not in LEFT_OUT]
        brain, held_brain = ([names[name] for name in wanted] for wanted in (BRAIN_LEARNT, BRAIN_HELD))
    photos, brain = ([picture for picture in map(read, paths) if min(picture.shape[:2]) >= CROP] for paths in (photos, brain))
    if not photos:
        raise SystemExit(f"{arguments.photos} holds no picture of {CROP} x {CROP} pixels or more; they are told by {', '.join(ENDINGS)}")
    if arguments.shipped:
        samples = [read(path) for path in names_of(os.path.join(HERE, "../../data/samples")).values()]
        assert not any(torch.equal(a, b) for a in photos + brain for b in samples), "a sample of the program is for tests"
    validation = [middle(read(path)) for path in held[:4] + held_brain[:2]]
    return photos, brain or photos, [picture[:picture.shape[0] // 16 * 16, :picture.shape[1] // 16 * 16] for picture in validation]


def train(arguments, processes):
    torch.manual_seed(arguments.seed)
    size, seed = arguments.batch, arguments.seed + 1000 * processes.rank
    photos, brain, validation = pictures_of(arguments)
    keys = torch.Generator().manual_seed(seed + 4)
    source = batches(photos, brain, torch.Generator().manual_seed(seed + 1), size)
    nets = {name: net.to(DEVICE) for name, net in begun(arguments, source).items()}
    for net in nets.values():
        processes.share(net)
    learner = Learner(nets, processes.average)
    uniform = lambda n: (torch.randint(256, (n, 3, CROP, CROP), generator=keys) / 127.5 - 1).to(DEVICE)
    begin = time.time()

    def tell(step, losses):
        if processes.first:
            told = [f"{name} {loss.item():.4g}" for name, loss in losses.items()]
            print(step, "steps,", round((time.time() - begin) / 60, 1), "minutes:", *evaluate(nets, validation), *told, flush=True)
            torch.save({name: net.state_dict() for name, net in nets.items()}, arguments.output + ".pt")

    tell(0, {})
    for step in range(arguments.steps):
        falling = .5 * (1 + math.cos(math.pi * step / arguments.steps)) + .01
        learner.set_rate(arguments.learning_rate * min(1, (step + 1) / 100) * falling)
        right = draw_keys(size, keys)
        keyed, wrong, other = (Keyed(some, CROP // 2, CROP // 2) for some in (right, near_keys(right, keys), draw_keys(1, keys)))
        losses = learner.step(next(source), keyed, wrong, uniform(size), uniform(1), other)[0]
        if (step + 1) % 50 == 0 or step + 1 == arguments.steps:
            tell(step + 1, losses)
    for net in nets.values():
        processes.check(net)
    if processes.first:
        safetensors_half.save(arguments.output, {f"{name}.{key}": value.cpu().numpy() for name in ("g", "f", "d1", "d2")
                                                 for key, value in nets[name].state_dict().items()}, {"format": "pt"})
    processes.end()


def shipped():
    """G and F with the shipped weights."""
    nets = {"g": Hide(), "f": Show()}
    tensors = safetensors_half.load(os.path.join(HERE, "../../data/models/cyclegan.safetensors"))
    for name, net in nets.items():
        net.load_state_dict({key: torch.from_numpy(tensors[f"{name}.{key}"]) for key in net.state_dict()})
    return nets


class Critic(nn.Module):
    """As in src/work/tri-eve.c."""

    def __init__(self):
        super().__init__()
        layers, inputs = [nn.Conv2d(3, 24, 3, 1, 1), nn.LeakyReLU(.1)], 24
        for outputs in (32, 48, 64):
            layers += [nn.Conv2d(inputs, outputs, 4, 2, 1), nn.LeakyReLU(.1)]
            inputs = outputs
        self.features, self.last = nn.Sequential(*layers), nn.Linear(inputs, 1)

    def forward(self, y):
        return self.last(self.features(y).mean((2, 3)))[:, 0]


def judge(arguments):
    """The critic learns from photographs that aren't held; each piece has a key of its own, to learn from and to tell."""
    torch.manual_seed(arguments.seed)
    generator = torch.Generator().manual_seed(arguments.seed)
    photos = [read(path) for path in split(list(names_of(arguments.photos).values()))[0]]
    source, hide, critic = batches(photos, photos, generator), shipped()["g"].to(DEVICE), Critic().to(DEVICE)
    adam = torch.optim.Adam(critic.parameters(), 1e-3)
    half = CROP // 2

    def both(x):
        """The critic's answers to ciphertexts, and to as much noise."""
        with torch.no_grad():
            seen = hide(x, Keyed(draw_keys(len(x), generator), half, half))[1]
        return critic(seen), critic((torch.randint(256, x.shape, generator=generator) / 127.5 - 1).to(DEVICE))

    for step in range(arguments.steps):
        adam.param_groups[0]["lr"] = 1e-3 * (.02 + .49 * (1 + math.cos(math.pi * step / arguments.steps)))
        adam.zero_grad()
        made, noise = both(next(source))
        (((made - 1) ** 2).mean() + (noise ** 2).mean()).backward()
        adam.step()
    shares = []
    for path in arguments.pictures:
        picture = read(path)
        corners = [[torch.randint(side - CROP + 1, (1,), generator=generator).item() for side in picture.shape[:2]]
                   for _ in range(arguments.pieces)]
        with torch.no_grad():
            made, noise = both(torch.cat([to_tensor(picture[y:y + CROP, x:x + CROP]) for y, x in corners]))
        shares.append(((made > .5).float().mean() + (noise <= .5).float().mean()).item() / 2)
        print(f"{os.path.basename(path)}: right in {shares[-1]:.1%} of {2 * arguments.pieces}", flush=True)
    print(f"all: {np.mean(shares):.1%} of {2 * arguments.pieces * len(shares)}")


def wave(net, name, strength=1):
    """Weights that need not be kept: test-cyclegan-training.c has the same."""
    for which, weight in net.named_parameters():
        full = f"{name}.{which}"
        gain = .01 if which.endswith("bias") else strength * (2 / weight[0].numel()) ** .5
        values = gain * np.sin(1.7 * np.arange(weight.numel()) + sum(full.encode()))
        weight.data = torch.from_numpy(values.astype(np.float32).reshape(weight.shape))
    return net


def rows(x):
    """As the program has it: rows, columns, channels."""
    return x.detach().permute(0, 2, 3, 1).contiguous().numpy()


def keyed_rows(prefix, keyed):
    side = int(keyed.order.shape[1] ** .5)
    out = {f"{prefix}.{name}": order.reshape(-1, side, side, 1).numpy() for name, order in (("order", keyed.order), ("back", keyed.back))}
    out |= {f"{prefix}.noise": rows(keyed.noise), f"{prefix}.mask.0": rows(keyed.mask), f"{prefix}.mask.1": rows(-keyed.mask)}
    for stage in (0, 1):
        for which in (0, 1):
            out[f"{prefix}.signs.{stage}.{which}"] = rows(keyed.signs[2 * stage + which])
    return out


def give_start(eve, y, x):
    """The first convolution hands these ciphertexts on, and the last makes of them nearly these pictures: so that she is ahead of
    their mean colour."""
    with torch.no_grad():
        eve.i.weight[:CODE] = 0
        eve.i.weight[:CODE, :, 1, 1] = ONE
        taps = F.unfold(eve.r(eve.i(F.pixel_unshuffle(y, 2))), 3, padding=1).transpose(1, 2).flatten(0, 1).double()
        wanted = F.pixel_unshuffle(x, 2).flatten(2).transpose(1, 2).flatten(0, 1).double()
        inner = taps @ taps.T
        inner += 1e-4 * inner.diagonal().mean() * torch.eye(len(inner))
        eve.o.weight[:] = (taps.T @ torch.linalg.solve(inner, wanted)).T.reshape(eve.o.weight.shape).float()


def off_by(keyed, levels):
    """As keys that are nearly right: of the same signs and order, with masks that are off."""
    wrong = copy.copy(keyed)
    wrong.mask = keyed.mask + 2 / 255 * levels
    return wrong


CURVES = "mse", "uniform", "d1", "d2", "eve", "wrong", "second", "judge 1", "judge 2", "eve mse"
LEVELS_OFF, CONTRAST, FADED = 6, .5, .8


def vectors(_):
    """One step's results and Adam's moments, what ten steps tell, and by how much they change some weights. Eve and the wrong key
    begin ahead of the mean colour, and F's pictures are faded, so that what keeps from that is a good part of all gradients."""
    side, n = 16, 2
    generator = torch.Generator().manual_seed(4)
    picture = to_tensor(read(os.path.join(HERE, "../../data/samples/astronaut.png"))).cpu()
    x = torch.cat([picture[:, :, 100:100 + side, 200:200 + side], picture[:, :, 180:180 + side, 60:60 + side]])
    x = x.mean((2, 3), keepdim=True) + CONTRAST * (x - x.mean((2, 3), keepdim=True))
    noise, second = (torch.randint(256, (count, 3, side, side), generator=generator) / 127.5 - 1 for count in (n, 1))
    keys, other_keys = (draw_keys(count, generator) for count in (n, 1))
    keyed, other = (Keyed(some, side // 2, side // 2) for some in (keys, other_keys))
    out = {"x": rows(x), "noise": rows(noise), "second": rows(second), "keys": keys, "other keys": other_keys,
           **keyed_rows("keyed", keyed)}
    nets = shipped() | {"d1": wave(discriminator(), "d1"), "d2": wave(discriminator(), "d2"), "eve": wave(Eve(), "eve", .1)}
    with torch.no_grad():
        nets["f"].s1.o.weight *= FADED
    give_start(nets["eve"], nets["g"](x, keyed)[1].detach(), x)
    out |= {f"begin.eve.{name}.weight": getattr(nets["eve"], name).weight.detach().numpy().copy() for name in "io"}
    learner, told = Learner(nets), []
    learner.set_rate(2e-6)
    named = [(f"{name}.{which}", adam, weight) for name, adam in learner.adams.items() for which, weight in nets[name].named_parameters()
             if which.endswith("bias") or which in ("s1.i.weight", "s2.o.weight", "0.weight", "o.weight")]
    before = {name: weight.detach().clone() for name, _, weight in named}
    for step in range(10):
        losses, seen, back = learner.step(x, keyed, off_by(keyed, LEVELS_OFF), noise, second, other)
        told.append([losses[name].item() for name in CURVES])
        if step == 0:
            out |= {"seen": rows(seen), "back": rows(back)}
            out |= {"moment." + name: adam.state[weight]["exp_avg"].numpy().copy() for name, adam, weight in named}
    out |= {"change." + name: (weight.detach() - before[name]).numpy() for name, _, weight in named}
    out["told"] = np.array(told)
    safetensors_half.save(os.path.join(HERE, "../vectors/cyclegan.safetensors"), out, {"by": "tests/model/cyclegan.py"}, "F32")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, run in (("train", lambda arguments: several.run(train, arguments)), ("judge", judge), ("vectors", vectors)):
        command = commands.add_parser(name)
        command.set_defaults(run=run)
        if name == "judge":
            command.add_argument("--photos", required=True)
            for option, default in (("--steps", 2500), ("--pieces", 256), ("--seed", 1)):
                command.add_argument(option, type=int, default=default)
            command.add_argument("pictures", nargs="+")
        if name == "train":
            command.add_argument("--photos", required=True, help="a folder of pictures of 64 x 64 pixels and more")
            command.add_argument("--brain", help="another one, which a quarter of all crops come from")
            command.add_argument("--output", required=True)
            command.add_argument("--begin", help="weights to go on from")
            command.add_argument("--shipped", action="store_true", help="split by the lists of the shipped weights")
            several.add_argument(command)
            command.add_argument("--steps", type=int, default=300)
            command.add_argument("--seed", type=int, default=1)
            command.add_argument("--batch", type=int, default=BATCH, help="of each process")
            command.add_argument("--learning-rate", type=float, default=2e-5)
    arguments = parser.parse_args()
    if getattr(arguments, "shipped", False) and not arguments.brain:
        parser.error("--shipped needs --brain")
    arguments.run(arguments)


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""The networks of the cipher "cnn-chaos" in PyTorch: the same, with the same names and shapes, as src/model/tri-cnn-chaos.c.

  cnn_chaos.py train --model digits|brain --data DATA --minutes 20|--steps N --output FILE.safetensors [--begin FILE.safetensors]
                     [--photos DIR]
  cnn_chaos.py evaluate --model digits|brain --data DIR [--weights FILE.safetensors]
  cnn_chaos.py slices --data DIR --output FOLDER    the slices that are never trained on, 128 x 128, for triptych-cli evaluate
  cnn_chaos.py vectors        writes tests/vectors/cnn-chaos.safetensors from the shipped weights for digits

An encoder makes a code of one plane of a picture, one byte for each pixel; the cipher permutes the bytes and adds a
keystream modulo 256; a decoder restores the plane from what arrives. Codes keep clear of the 32 lowest and highest values, so
that noise on the way wraps around for few pixels only. DATA is a folder of pictures, one picture, or an IDX file; every tenth
is watched and not trained on. --begin goes on from weights, such as the program exports. With --steps the learning rate follows the
step, so that the same command makes the same weights again on the same machine; with --minutes it follows the clock.

The shipped weights: DIR of "digits" has cvdigits-images-idx3-ubyte.gz, DIR of "brain" the slices; the first 250 digits, every
tenth of the others and the slices of TESTED are never trained on. Where there are GPUs it takes all of them, each with a batch of
its own: --processes, see several.py.

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
import several

HERE = os.path.dirname(os.path.abspath(__file__))
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
WIDTH, BLOCKS = 32, 4
GUARD = 32                        # levels at each end that no code uses
HALF = (255 - 2 * GUARD) / 2      # levels from the middle to the end of the code
LEARNT = ("colin27_axial_z80_pad256", "colin27_axial_z100_pad256", "colin27_coronal_y110_pad256",
          "colin27_sagittal_x88_pad256", "colin27hr_axial_z150_pad512", "colin27hr_sagittal_x150_pad512",
          "itk_BrainMidSagittalSlice_pad256", "itk_BrainProtonDensitySlice256x256_pad256")
DIGITS, ENDINGS = "cvdigits-images-idx3-ubyte.gz", (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp")
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

    def meet(self):
        """From now on the networks see the opposite edge beyond an edge, as the cipher has it; they are trained with zeros there,
        on crops, which come out as well either way. Else they could tell an edge, and would paint in noise what edges had."""
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                layer.padding_mode = "circular"
        return self

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
    """A quarter of a batch arrives as it was sent; of the rest each kind of damage hits some."""
    draw = lambda share, most: torch.where(torch.rand(n, generator=generator) < share,
                                           torch.rand(n, generator=generator) * most, torch.zeros(n))
    sound = (torch.rand(n, generator=generator) < .25).float()
    return [v * (1 - sound) for v in (draw(.7, 20), draw(.35, .1), draw(.35, .15))]


def read(path):
    return np.asarray(Image.open(path).convert("L"), np.float32)


def to_tensor(planes):
    return (torch.from_numpy(np.ascontiguousarray(planes))[:, None] / 127.5 - 1).to(DEVICE)


def digits(folder):
    """Returns what is trained on, and what never is: those of data/samples/digits.png, which are among the first 250, and every
    tenth of the others, from the sixth on."""
    pictures = read_idx(os.path.join(folder, DIGITS))
    numbers = np.arange(len(pictures))
    held = (numbers < 250) | (numbers % 10 == 5)
    return pictures[~held], pictures[held]


def read_idx(path):
    """Pictures of one size, as those of handwritten digits come."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        data = file.read()
    if data[:4] != b"\0\0\x08\x03":
        raise SystemExit(f"{path} is neither a picture nor an IDX file of pictures; they are told by {', '.join(ENDINGS)}")
    sides = np.frombuffer(data[4:16], ">u4").astype(int)
    return np.frombuffer(data[16:], np.uint8).reshape(sides).astype(np.float32)


def own(path):
    """Any pictures: each tenth from the sixth on, or the last, to watch; the rest to learn from; of one the same."""
    if os.path.isdir(path):
        paths = [os.path.join(path, name) for name in sorted(os.listdir(path)) if name.lower().endswith(ENDINGS)]
        if not paths:
            raise SystemExit(f"{path} holds no picture; they are told by {', '.join(ENDINGS)}")
        pictures = [read(path) for path in paths]
    else:
        pictures = [read(path)] if path.lower().endswith(ENDINGS) else list(read_idx(path))
    held = set(range(5, len(pictures), 10)) or {len(pictures) - 1}
    learnt = [picture for number, picture in enumerate(pictures) if number not in held] or pictures
    return learnt, [pictures[number] for number in sorted(held)]


def filled(picture, side):
    """At least side x side, with the edges repeated, and of even sides."""
    more = [max(side - length, length % 2) for length in picture.shape]
    return np.pad(picture, [(0, n) for n in more], "edge")


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


def pictures_of(arguments, generator):
    """Batches to learn from, and what is watched."""
    n, side = (24, 28) if arguments.model == "digits" else (16, 48)
    here = lambda name: os.path.exists(os.path.join(arguments.data, name))
    photos = sorted(glob.glob(os.path.join(arguments.photos, "*.png"))) if arguments.photos else []
    photos = scaled([path for path in photos if path not in photos[5::10]], (.5,))
    if arguments.model == "digits" and here(DIGITS):
        learnt, _ = digits(arguments.data)
        return shuffled(learnt[:-100], generator, n), learnt[-100:]
    if arguments.model == "brain" and all(here(name + ".png") for name in LEARNT):
        paths = [os.path.join(arguments.data, name + ".png") for name in LEARNT]
        return (crops(scaled(paths, (1, .7, .5, .35)), photos, generator, n, side),
                [slice_of(arguments.data, name) for name in LEARNT[:3]])
    learnt, watched = own(arguments.data)
    return (crops([filled(picture, side) for picture in learnt], photos, generator, n, side),
            [filled(picture, side)[:128, :128] for picture in watched[:20]])


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


class Both(nn.Module):
    """The code and what comes back, in one call: what several processes average the gradients of."""

    def __init__(self, pair):
        super().__init__()
        self.pair = pair

    def forward(self, x, damage):
        code = self.pair.encoder(x)
        return code, self.pair.decoder(damage(code))


def train(arguments, processes):
    torch.manual_seed(1)
    generator = torch.Generator().manual_seed(2 + processes.rank)
    batches, watched = pictures_of(arguments, generator)
    net = Pair()
    if arguments.begin:
        load(net, arguments.begin)
    both = processes.wrap(Both(net))
    optimiser = torch.optim.Adam(net.parameters(), betas=(.9, .99))
    begin, step = time.time(), 0
    elapsed = lambda: (step / arguments.steps if arguments.steps
                       else processes.agree((time.time() - begin) / 60 / arguments.minutes))
    while (done := elapsed()) < 1:
        for group in optimiser.param_groups:
            group["lr"] = arguments.learning_rate * min(1, (step + 1) / 100) * (.5 * (1 + math.cos(math.pi * done)) + .005)
        x = next(batches)
        code, back = both(x, Damage(generator, *mixed(len(x), generator)))
        back = back + (back.clamp(-1, 1) - back).detach()  # beyond black is black, and no error
        loss = torch.log(((back - x) ** 2).mean((1, 2, 3)) + 3e-4).mean() + .3 * F.relu(code.abs() - 1).mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1)
        optimiser.step()
        step += 1
        if step % 500 == 0 and processes.first:
            print(step, "steps:", *(score(net, watched, *damage) for damage in ((), (10,), (0, .05), (0, 0, .05))), flush=True)
            save(net, arguments.output)
    processes.check(net)
    if processes.first:
        print(step, "steps")
        save(net, arguments.output)
    processes.end()


def save(net, path):
    tensors = {name: value.detach().cpu().numpy() for name, value in net.state_dict().items()}
    safetensors_half.save(path, tensors, {"format": "pt"})


def load(net, path):
    net.load_state_dict({name: torch.from_numpy(value) for name, value in safetensors_half.load(path).items()})


def filtered(noisy, sigma):
    """The best that a median filter and non-local means make of a noisy picture: each with several settings."""
    from scipy.ndimage import median_filter
    from skimage.restoration import denoise_nl_means
    yield from (median_filter(noisy, size) for size in (3, 5))
    for strength in (.5, .7, .9, 1.1):
        for fast in (True, False):
            yield denoise_nl_means(noisy / 255, h=strength * sigma / 255, sigma=sigma / 255, patch_size=5, patch_distance=6,
                                   fast_mode=fast) * 255


def psnr(a, b):
    mse = ((np.clip(a, 0, 255).round() - b) ** 2).mean()
    return 10 * math.log10(255 ** 2 / max(mse, 1e-3))


def ssim(a, b):
    from skimage.metrics import structural_similarity
    return structural_similarity(np.clip(a, 0, 255).round(), b, gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
                                 data_range=255)


def evaluate(arguments):
    """What comes back, and what filters make of three noisy pictures: the unmasked code, the picture itself sent in place of the
    code (in the same range of values), and the picture sent without a mask at all, in the whole range."""
    if arguments.model == "digits":
        pictures = digits(arguments.data)[1][:arguments.count]
    else:
        pictures = [slice_of(arguments.data, name) for name in TESTED]
    net = Pair().meet().to(DEVICE)
    load(net, arguments.weights or os.path.join(HERE, f"../../data/models/cnn-chaos-{arguments.model}.safetensors"))
    cases = {"undamaged": (0, 0, 0), "5 % lost": (0, 0, .05), "5 % salt and pepper": (0, .05, 0), "noise 10": (10, 0, 0)}
    rows = []
    for picture in pictures:
        row, x = [], to_tensor(picture[None])
        with torch.no_grad():
            for number, damage in enumerate(cases.values()):
                way = Damage(torch.Generator().manual_seed(number), *([share] for share in damage))
                arrived = way(net.encoder(x))
                back = ((net.decoder(arrived)[0, 0] + 1) * 127.5).cpu().numpy()
                row += [psnr(back, picture), ssim(back, picture)]
        code = (arrived[0, 0].cpu().numpy() + 1) * 127.5
        noise = np.random.default_rng(5).normal(0, 10, picture.shape)
        shrunk = np.clip((picture / 127.5 - 1) * HALF + 127.5 + noise, 0, 255).round()
        for noisy, sigma in ((code, 1275 / HALF), ((shrunk - 127.5) / HALF * 127.5 + 127.5, 1275 / HALF),
                             (np.clip(picture + noise, 0, 255).round(), 10)):
            row.append(max(psnr(tried, picture) for tried in filtered(noisy, sigma)))
        rows.append(row)
        if arguments.model == "brain":
            print(np.round(row, 3), flush=True)
    names = [f"{case}, {what}" for case in cases for what in ("PSNR", "SSIM")]
    names += ["noise 10, filters on the unmasked code", "filters on the picture sent alike", "filters on the picture sent bare"]
    for name, value in zip(names, np.mean(rows, 0)):
        print(f"{name}: {value:.4f}")


def slices(arguments):
    os.makedirs(arguments.output, exist_ok=True)
    for name in TESTED:
        Image.fromarray(slice_of(arguments.data, name).astype(np.uint8)).save(os.path.join(arguments.output, name + ".png"))


class Given:
    """Damage that is the same for the test in C: levels added to each value, and how far each is to be trusted."""

    def __init__(self, added, trust):
        self.added, self.trust = added, trust

    def __call__(self, code):
        limited = code.clamp(-1, 1)
        value = (torch.round(limited.detach() * HALF + 127.5) + self.added - 127.5) / HALF
        through = limited * (self.trust > 0)
        return torch.cat([through + (value * (self.trust > 0) - through).detach(), self.trust], 1)


def vectors(_):
    """A forward pass, gradients, and ten steps of Adam, from the shipped weights for digits."""
    net = Pair()
    load(net, os.path.join(HERE, "../../data/models/cnn-chaos-digits.safetensors"))
    y, x = np.mgrid[0:20, 0:28]
    pictures = np.stack([128 + 100 * np.sin(x / 5) * np.cos(y / 7), (x * y) % 256]).round().clip(0, 255).astype(np.float32)
    batch = to_tensor(pictures).cpu()
    random = np.random.default_rng(3)
    added = torch.from_numpy(random.integers(-20, 21, batch.shape).astype(np.float32))
    trust = torch.from_numpy(random.choice([0, .5, 1], batch.shape, p=[.1, .1, .8]).astype(np.float32))
    way = Given(added, trust)
    nhwc = lambda t: t.detach().permute(0, 2, 3, 1).numpy()
    out = {"picture": nhwc(batch), "added": nhwc(added), "trust": nhwc(trust), "code": nhwc(net.encoder(batch)),
           "restored": nhwc(net(batch, way))}
    optimiser, losses = torch.optim.Adam(net.parameters(), lr=1e-4, betas=(.9, .999), eps=1e-8), []
    for _ in range(10):
        loss = ((net(batch, way) - batch) ** 2).mean()
        losses.append(loss.item())
        optimiser.zero_grad()
        loss.backward()
        if len(losses) == 1:
            for name in ("encoder.in.weight", "encoder.out.bias", "decoder.in.bias", "decoder.2.a.bias", "decoder.out.weight"):
                out["gradient." + name] = dict(net.named_parameters())[name].grad.numpy().copy()
        optimiser.step()
    out["losses"] = np.array(losses)
    safetensors_half.save(os.path.join(HERE, "../vectors/cnn-chaos.safetensors"), out, {"by": "tests/model/cnn_chaos.py"}, "F32")
    print(losses)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, run in (("train", lambda arguments: several.run(train, arguments)), ("evaluate", evaluate), ("slices", slices),
                      ("vectors", vectors)):
        command = commands.add_parser(name)
        several.add_argument(command)
        command.set_defaults(run=run)
        command.add_argument("--model", choices=("digits", "brain"), default="digits")
        command.add_argument("--data", required=name != "vectors")
        command.add_argument("--photos")
        command.add_argument("--weights")
        command.add_argument("--begin")
        command.add_argument("--count", type=int, default=200, help="of digits to evaluate")
        command.add_argument("--minutes", type=float, default=20)
        command.add_argument("--steps", type=int, help="in place of minutes")
        command.add_argument("--output")
        command.add_argument("--learning-rate", type=float, default=2e-3)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()

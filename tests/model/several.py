"""One training in several processes, one for each GPU; "--processes 2" starts two, without a GPU too. Each takes batches of its
own, gradients are averaged (DistributedDataParallel, or average() where several networks learn in turns), and every process holds
the same weights after every step. Over several machines "torchrun" starts the script instead.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import argparse
import os
import sys
import tempfile

import torch
from torch import distributed, multiprocessing
from torch.nn.parallel import DistributedDataParallel


class Several:
    """Which of the processes this is; one of one unless several were started."""

    def __init__(self, rank=0, count=1, meeting=None):
        gpu = torch.cuda.is_available()
        self.rank, self.count = int(os.environ.get("RANK", rank)), int(os.environ.get("WORLD_SIZE", count))
        local = int(os.environ.get("LOCAL_RANK", rank))
        self.device = torch.device("cuda", local % torch.cuda.device_count()) if gpu else torch.device("cpu")
        if gpu:
            torch.cuda.set_device(self.device)
        if self.count > 1:
            distributed.init_process_group("nccl" if gpu else "gloo", init_method=meeting, rank=self.rank, world_size=self.count)

    @property
    def first(self):
        """Only the first talks, and writes files."""
        return self.rank == 0

    def wrap(self, net):
        """Net, which averages its gradients over all processes where there are several."""
        net.to(self.device)
        if self.count == 1:
            return net
        return DistributedDataParallel(net, device_ids=[self.device.index] if self.device.type == "cuda" else None)

    def share(self, net):
        """Gives all processes the first one's weights."""
        for value in net.state_dict().values() if self.count > 1 else ():
            first = value.detach().clone().contiguous()
            distributed.broadcast(first, 0)
            value.copy_(first)

    def average(self, net):
        """The mean of all processes' gradients, to each."""
        if self.count == 1:
            return
        weights = list(net.parameters())
        gradients = torch.cat([(torch.zeros_like(w) if w.grad is None else w.grad).flatten() for w in weights])
        distributed.all_reduce(gradients)
        for weight, mean in zip(weights, (gradients / self.count).split([w.numel() for w in weights])):
            weight.grad = mean.view_as(weight).clone()

    def agree(self, number):
        """What the first process says: clocks differ, and all must end after the same step."""
        if self.count == 1:
            return number
        told = torch.tensor([number], dtype=torch.float64, device=self.device)
        distributed.broadcast(told, 0)
        return told.item()

    def check(self, net):
        """Every process has the same weights, to the last bit, or the averaging went wrong."""
        for name, value in net.state_dict().items() if self.count > 1 else ():
            first = value.detach().clone().contiguous()
            distributed.broadcast(first, 0)
            if not torch.equal(first, value):
                raise SystemExit(f"process {self.rank}: {name} is not what the first process has")

    def end(self):
        """Nobody leaves before all are done."""
        if self.count > 1:
            distributed.barrier()


def begin(rank, count, meeting, train, arguments):
    torch.set_num_threads(max(torch.get_num_threads() // count, 1))
    train(arguments, Several(rank, count, meeting))
    sys.stdout.flush()
    os._exit(0)  # PyTorch 1.13 now and then hangs when it takes a process group down


def add_argument(command):
    command.add_argument("--processes", type=int, help="in place of one for each GPU")


def run(train, arguments):
    """train (arguments, several), in as many processes as there are GPUs or as were asked for."""
    count = arguments.processes or max(torch.cuda.device_count(), 1)
    if count == 1 or "WORLD_SIZE" in os.environ:
        train(arguments, Several())
        return
    plain = argparse.Namespace(**{name: value for name, value in vars(arguments).items() if not callable(value)})
    with tempfile.TemporaryDirectory(prefix="triptych-training-") as folder:
        meeting = "file://" + os.path.join(folder, "meeting")
        multiprocessing.spawn(begin, (count, meeting, train, plain), count)

"""Times one setting and prints a JSON document with the fields of `twotower bench --json`."""

import argparse
import json
import os
import resource
import statistics
import sys
import time

from helptext import Formatter


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/peers", description=__doc__, formatter_class=Formatter
    )
    parser.add_argument("--log", required=True, help="folder that `twotower bench --save` filled")
    parser.add_argument("--part", default="end-to-end", choices=["loss", "end-to-end"], help="how much of a step is measured")
    parser.add_argument("--mode", default="eager", choices=["eager", "compiled"], help="compiled: by torch.compile")
    parser.add_argument("--batch-size", type=int, default=8192, help="rows a batch")
    parser.add_argument("--dim", type=int, default=64, help="width of embeddings and tower outputs")
    parser.add_argument("--hidden", default="128", help="widths joined by ','; 0: none")
    parser.add_argument("--history", type=int, default=0, help="items of history in the user tower")
    parser.add_argument("--item-rows", type=int, default=100_000, help="rows of the item table")
    parser.add_argument("--gradient", default="sparse", choices=["sparse", "dense"],
                        help="gradients of the tables")
    parser.add_argument("--steps", type=int, default=5, help="steps that are timed")
    parser.add_argument("--warm-up", type=float, default=3, help="seconds; two steps at least")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0: one a core")
    parser.add_argument("--workers", type=int, default=1, help="processes of the DataLoader")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda:N")
    return parser.parse_args()


args = arguments()
if args.threads:
    os.environ["OMP_NUM_THREADS"] = str(args.threads)

import numpy  # noqa: E402
import torch  # noqa: E402
from torch.utils.data import DataLoader, Dataset  # noqa: E402

import two_tower  # noqa: E402

if args.threads:
    torch.set_num_threads(args.threads)
if args.device == "auto":
    args.device = "cuda:0" if torch.cuda.is_available() else "cpu"
device = torch.device(args.device)


class Batches(Dataset):
    """Batch number b is rows [b B, (b+1) B) of the log, read from mapped files."""

    def __init__(self, folder, batch_size, history):
        column = lambda name: numpy.memmap(os.path.join(folder, name + ".i32"), "<i4", "r")
        self.users, self.items, self.requests = column("user"), column("item"), column("request")
        self.histories = column("history").reshape(-1, history) if history else None
        self.batch_size = batch_size

    def __len__(self):
        return len(self.users) // self.batch_size

    def __getitem__(self, batch):
        rows = slice(batch * self.batch_size, (batch + 1) * self.batch_size)
        users = torch.from_numpy(self.users[rows].astype(numpy.int64))
        items = torch.from_numpy(self.items[rows].astype(numpy.int64))
        if self.histories is None:
            return users, items, torch.empty(0)
        histories = self.histories[self.requests[rows]]
        return users, items, torch.from_numpy(histories.astype(numpy.int64))


def forever(batches):
    loader = DataLoader(
        batches,
        batch_size=None,
        shuffle=True,
        num_workers=args.workers,
        persistent_workers=args.workers > 0,
        pin_memory=device.type == "cuda",
    )
    while True:
        yield from loader


def synchronise():
    if device.type == "cuda":
        torch.cuda.synchronize()


def time_steps(step):
    seconds = []
    warm, steps = time.perf_counter() + args.warm_up, 0
    while len(seconds) < args.steps:
        start = time.perf_counter()
        step()
        synchronise()
        steps += 1
        if steps > 2 and start > warm:
            seconds.append(time.perf_counter() - start)
    return seconds


def loss_step(batches):
    """Loss and gradients of random unit vectors; returns a step and the vectors' maker."""
    loss = two_tower.masked_loss
    if args.mode == "compiled":
        loss = torch.compile(loss)
    source = forever(batches)

    def unit():
        vectors = torch.randn(args.batch_size, args.dim, device=device)
        return torch.nn.functional.normalize(vectors, dim=1).requires_grad_()

    x, y = unit(), unit()
    users, items, _ = (column.to(device) for column in next(source))

    def step():
        x.grad = y.grad = None
        loss(x, y, users, items).backward()

    return step


def whole_step(batches):
    users = int(batches.users.max()) + 1
    hidden = [int(units) for units in args.hidden.split(",") if units != "0"]
    model = two_tower.TwoTower(
        users, args.item_rows, args.dim, hidden, args.history, args.gradient == "sparse"
    ).to(device)
    if args.mode == "compiled":
        model.heads = torch.compile(model.heads)
    tables = two_tower.RowwiseAdagrad(model.tables())
    dense = None
    if hidden:
        dense = torch.optim.AdamW(
            model.heads.parameters(),
            lr=two_tower.LEARNING_RATE,
            weight_decay=two_tower.WEIGHT_DECAY,
            fused=True,
        )
    source = forever(batches)

    def step():
        columns = (column.to(device, non_blocking=True) for column in next(source))
        loss = model(*columns)
        loss.backward()
        tables.step()
        tables.zero_grad()
        if dense:
            dense.step()
            dense.zero_grad()
        # Whoever trains looks at the loss.
        loss.item()

    return step


def main():
    batches = Batches(args.log, args.batch_size, args.history)
    if len(batches) == 0:
        sys.exit(f"peers: --batch-size is {args.batch_size}, but the log has {len(batches.users)} rows")
    step = loss_step(batches) if args.part == "loss" else whole_step(batches)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = time_steps(step)
    median = statistics.median(seconds)
    peak = (
        torch.cuda.max_memory_allocated(device)
        if device.type == "cuda"
        else 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    )
    document = {
        "engine": f"torch {torch.__version__} {args.mode}",
        "device": str(device),
        "batchSize": args.batch_size,
        "dim": args.dim,
        "stepMillis": {
            "min": 1000 * min(seconds),
            "median": 1000 * median,
            "max": 1000 * max(seconds),
        },
        "examplesPerSecond": args.batch_size / median,
        "peakBytes": peak,
        "part": args.part,
        "gradient": args.gradient,
        "threads": torch.get_num_threads(),
        "steps": args.steps,
    }
    print(json.dumps(document))


if __name__ == "__main__":
    main()

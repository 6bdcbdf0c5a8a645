"""How long it takes to reach the recall that shuffled rows end with.

For each seed in turn: twotower's iid/identity arm, twotower's other arm (or arms), and the same
model with shuffled rows in PyTorch, all on the same number of threads, with the same tables,
optimiser and correction. The target is the best validation recall@20 of twotower's iid/identity arm
with that seed, or the share of it that --shares gives; times are seconds of training up to the
first epoch's end that reaches it, evaluation not counted. A ratio is the time of an arm with
shuffled rows over that of the other arm, same seed. OUT/curves.json keeps every curve.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys

from helptext import Formatter

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/time-to-recall",
        description=__doc__,
        formatter_class=Formatter,
    )
    parser.add_argument("--data", required=True, help="a data set directory")
    parser.add_argument("--out", required=True, help="where runs go; not there yet")
    parser.add_argument("--arms", default="requests:100000:8/identity+user",
                        help="compared with iid/identity; joined by ','")
    parser.add_argument("--seeds", type=int, default=3, help="runs of every arm")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="CPU threads of either side")
    parser.add_argument("--batch-size", type=int, default=1024, help="rows, where an arm does not say otherwise")
    parser.add_argument("--dim", type=int, default=64, help="width of embeddings and vectors")
    parser.add_argument("--epochs", type=int, default=10, help="at most")
    parser.add_argument("--patience", type=int, default=2, help="evaluations without a new best before training stops")
    parser.add_argument("--temperature", type=float, default=0.2, help="divides the score")
    parser.add_argument("--table-learning-rate", type=float, default=0.2, help="of row-wise Adagrad")
    parser.add_argument("--gradient", default="sparse", choices=["sparse", "dense"],
                        help="PyTorch's gradients of the tables")
    parser.add_argument("--users", type=int, default=0, help="rank a sample of users, another here than in PyTorch; 0: all")
    parser.add_argument("--rank-seen", action="store_true", help="rank what users had before, too")
    parser.add_argument("--shares", default="1,0.99", help="of the target that must be reached; joined by ','")
    return parser.parse_args()


args = arguments()
environment = dict(os.environ, OMP_NUM_THREADS=str(args.threads))


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, env=environment, text=True)
    if done.returncode:
        sys.exit(f"time-to-recall: failed ({done.returncode}): {' '.join(command)}")
    return json.loads(done.stdout)


def ours(seed):
    """Each arm's curve, by name; a process of its own for each."""
    return {arm: trained(seed, arm) for arm in ["iid/identity", *args.arms.split(",")]}


def trained(seed, arm):
    batches, *settings = arm.split(";")
    layout, masks = batches.split("/", 1)
    out = os.path.join(args.out, f"seed-{seed}", re.sub("[^a-z0-9+:=.-]", "_", arm))
    run([
        os.path.join(ROOT, "scripts/twotower"), "train", "--json",
        "--data", args.data,
        "--out", out,
        *(word for setting in [
            f"layout={layout}",
            f"masks={masks}",
            f"seed={seed}",
            f"threads={args.threads}",
            f"batchSize={args.batch_size}",
            f"epochs={args.epochs}",
            # What the log would choose otherwise, and PyTorch would not have.
            f"dim={args.dim}",
            "loss.weighting=rows",
            "evaluation.everyEpochs=1",
            "loss.correction=empirical",
            f"loss.temperature={args.temperature}",
            f"optimizer.tableLearningRate={args.table_learning_rate}",
            "evaluation.metrics=[recall@20]",
            f"evaluation.patience={args.patience}",
            f"evaluation.users={args.users}",
            f"evaluation.rankSeen={str(args.rank_seen).lower()}",
            *settings,
        ] for word in ("--set", setting)),
    ])
    with open(os.path.join(out, "metrics.jsonl")) as file:
        lines = [json.loads(line) for line in file]
    return [
        {"step": line["step"], "seconds": line["trainSeconds"], "value": line["metrics"]["recall@20"]}
        for line in lines if line["type"] == "evaluation"
    ]


def theirs(seed):
    command = [
        sys.executable, os.path.join(ROOT, "scripts/pytorch/train.py"),
        "--data", args.data,
        "--batch-size", str(args.batch_size),
        "--dim", str(args.dim),
        "--epochs", str(args.epochs),
        "--patience", str(args.patience),
        "--temperature", str(args.temperature),
        "--table-learning-rate", str(args.table_learning_rate),
        "--gradient", args.gradient,
        "--users", str(args.users),
        "--seed", str(seed),
        "--threads", str(args.threads),
    ]
    return run(command + (["--rank-seen"] if args.rank_seen else []))["points"]


def seconds_to(target, points):
    reached = [point["seconds"] for point in points if point["value"] >= target]
    return reached[0] if reached else None


def best(points):
    return max(point["value"] for point in points)


def show(values, unit, digits=1):
    known = [value for value in values if value is not None]
    if not known:
        return "not reached"
    text = f"{statistics.median(known):.{digits}f} [{min(known):.{digits}f} to {max(known):.{digits}f}] {unit}"
    return text if len(known) == len(values) else f"{text}, {len(known)} of {len(values)} seeds"


def main():
    if os.path.exists(args.out):
        sys.exit(f"time-to-recall: --out {args.out} is there already; times need runs of their own")
    torch = "PyTorch, shuffled rows"
    curves = []
    for seed in range(1, args.seeds + 1):
        curves.append({**ours(seed), torch: theirs(seed)})
        print(f"seed {seed}: best recall@20 "
              + ", ".join(f"{name} {best(points):.4f}" for name, points in curves[-1].items()), file=sys.stderr)
        with open(os.path.join(args.out, "curves.json"), "w") as file:
            json.dump(curves, file, indent=1)
    print(f"{args.threads} threads, {args.seeds} seeds; load average {os.getloadavg()[0]:.1f}")
    names = list(curves[0])
    width = max(map(len, names)) + 2
    for name in names:
        print(f"{name:{width}}best recall@20 {show([best(each[name]) for each in curves], '', 4)}")
    for share in map(float, args.shares.split(",")):
        targets = [share * best(each["iid/identity"]) for each in curves]
        times = {name: [seconds_to(target, each[name]) for target, each in zip(targets, curves)] for name in names}
        print(f"\nto {100 * share:g} % of iid/identity's best")
        for name in names:
            print(f"{name:{width}}{show(times[name], 's')}")
        for name in names:
            if name not in ("iid/identity", torch):
                for slow in ("iid/identity", torch):
                    ratios = [a / b if a and b else None for a, b in zip(times[slow], times[name])]
                    print(f"{slow} over {name}: {show(ratios, 'x')}")


if __name__ == "__main__":
    main()

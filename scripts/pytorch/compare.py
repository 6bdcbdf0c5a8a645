"""Runs twotower and PyTorch in turn on the same batches and prints times, ratios and floors.

Both sides get the same number of threads. A ratio is PyTorch's time over ours in the same round,
both being medians over the round's steps; shown is the median ratio over the rounds with its
smallest and largest value. PyTorch runs eager and, with --compiled, through torch.compile.

  loss        the masked loss and its gradient alone, both engines
  end-to-end  whole steps on 16 rows a request; also against PyTorch's own best batch size
  history     the same with 50 items of mean-pooled history in the user tower
  scaling     ours alone: B = 2,048, 8,192, 32,768, 131,072
  table-size  ours alone: 10^5 and 10^7 rows in the item table, in turn
  memory      ours alone: peak memory of the loss at B = 1,024, 4,096, 16,384

Quality beside libraries that people use is another program: scripts/bench-peers quality --help.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

from helptext import Formatter

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROWS_A_REQUEST = 16
PARTS = ["loss", "end-to-end", "history", "scaling", "table-size", "memory"]


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/bench-peers",
        description=__doc__,
        formatter_class=Formatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART", default=PARTS,
                        help="what to compare; default: " + " ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=3, help="how often each side is measured, in turn")
    parser.add_argument("--steps", type=int, default=10, help="twotower's, a round")
    parser.add_argument("--peer-steps", type=int, default=4, help="PyTorch's, a round")
    parser.add_argument("--batch-size", type=int, default=8192, help="rows a batch")
    parser.add_argument("--dim", type=int, default=64, help="width of embeddings and tower outputs")
    parser.add_argument("--items", type=int, default=100_000, help="items that rows are drawn from")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="CPU threads of either side")
    parser.add_argument("--device", default="auto", help="auto, cpu or gpu:N")
    parser.add_argument("--compiled", action="store_true", help="torch.compile as well")
    parser.add_argument("--json", metavar="FILE", help="write every measurement there as well")
    args = parser.parse_args()
    for part in args.parts:
        if part not in PARTS:
            parser.error(f"unknown part '{part}'; allowed: {', '.join(PARTS)}")
    return args


args = arguments()
measurements = []


def measure(label, command):
    environment = dict(os.environ, OMP_NUM_THREADS=str(args.threads))
    done = subprocess.run(command, stdout=subprocess.PIPE, env=environment, text=True)
    if done.returncode:
        sys.exit(f"bench-peers: failed ({done.returncode}): {' '.join(command)}")
    result = json.loads(done.stdout)
    measurements.append({"label": label, "command": command, "result": result})
    return result


def ours(label, part, engine="dedup", batch_size=None, history=0, steps=None, more=()):
    batch_size = batch_size or args.batch_size
    return measure(label, [
        os.path.join(ROOT, "scripts/twotower"), "bench", "--json",
        "--part", part,
        "--engine", engine,
        "--batch-size", str(batch_size),
        "--requests", str(max(1, batch_size // ROWS_A_REQUEST)),
        "--items", str(args.items),
        "--dim", str(args.dim),
        "--history", str(history),
        "--steps", str(steps or args.steps),
        "--threads", str(args.threads),
        "--device", args.device,
        *more,
    ])


def peer(label, log, part, mode, batch_size=None, history=0, gradient="sparse", steps=None):
    device = args.device.replace("gpu", "cuda")
    return measure(label, [
        os.path.join(ROOT, "scripts/peers"),
        "--log", log,
        "--part", part,
        "--mode", mode,
        "--batch-size", str(batch_size or args.batch_size),
        "--dim", str(args.dim),
        "--history", str(history),
        "--item-rows", str(args.items),
        "--gradient", gradient,
        "--steps", str(steps or args.peer_steps),
        "--threads", str(args.threads),
        "--device", device,
    ])


def median(result):
    return result["stepMillis"]["median"]


def modes():
    return ["eager", "compiled"] if args.compiled else ["eager"]


def spread(values):
    return f"{statistics.median(values):.2f} [{min(values):.2f} to {max(values):.2f}]"


def title(text):
    print(f"\n{text}", flush=True)


def line(name, text):
    print(f"  {name:<34} {text}", flush=True)


def times(name, results):
    line(name, "%s ms a step, %s examples/s" % (
        spread([median(result) for result in results]),
        f"{statistics.median(r['examplesPerSecond'] for r in results):,.0f}",
    ))


def show_ours(name, results):
    times(name, results)
    last = results[-1]
    line("", "floor %.2f ms at %.0f Gflop/s and %.1f GB/s, measured; %d engine calls" % (
        statistics.median(r["floor"]["millis"] for r in results),
        statistics.median(r["rates"]["matmulGigaflops"] for r in results),
        statistics.median(r["rates"]["copyGigabytes"] for r in results),
        last["engineCalls"],
    ))
    parts = ", ".join(f"{part} {millis:.1f}" for part, millis in last["partMillis"].items())
    waits = "" if last["waitShare"] is None else f"; waits for plans {100 * last['waitShare']:.1f} %"
    line("", f"parts in ms: {parts}{waits}")


def ratios(name, theirs, results):
    line(name, "%s x" % spread([
        mine["examplesPerSecond"] / their["examplesPerSecond"] for their, mine in zip(theirs, results)
    ]))


def save_log(folder, history=0, batch_size=None):
    log = os.path.join(folder, f"log-{history}")
    ours("save", "loss", steps=1, history=history, batch_size=batch_size, more=["--save", log])
    return log


def compare_loss(folder):
    title(f"Masked loss and gradient, B = {args.batch_size:,}, d = {args.dim}, "
          f"{ROWS_A_REQUEST} rows a request")
    log = save_log(folder)
    runs = {}
    for _ in range(args.rounds):
        for mode in modes():
            runs.setdefault(mode, []).append(peer("loss", log, "loss", mode))
        for engine in ["dense", "dedup"]:
            steps = args.steps if engine == "dedup" else args.peer_steps
            runs.setdefault(engine, []).append(ours("loss", "loss", engine, steps=steps))
    for mode in modes():
        times(f"PyTorch {mode}", runs[mode])
    for engine in ["dense", "dedup"]:
        show_ours(f"twotower {engine}", runs[engine])
    for mode in modes():
        for engine in ["dense", "dedup"]:
            ratios(f"{engine} over PyTorch {mode}", runs[mode], runs[engine])


def compare_steps(folder, history):
    title(f"End to end, B = {args.batch_size:,}, d = {args.dim}, {ROWS_A_REQUEST} rows a request"
          + (f", history of {history}" if history else ""))
    log = save_log(folder, history)
    # PyTorch's tables may be updated either way: it gets the faster one.
    gradient = min(
        ["sparse", "dense"],
        key=lambda kind: median(
            peer("gradient", log, "end-to-end", "eager", history=history, gradient=kind, steps=3)
        ),
    )
    sizes = [size for size in [256, 512, 1024, 2048, 4096] if size < args.batch_size]
    best = max(
        sizes,
        key=lambda size: peer("size", log, "end-to-end", "eager", size, history, gradient)[
            "examplesPerSecond"
        ],
    )
    runs = {}
    for _ in range(args.rounds):
        for mode in modes():
            runs.setdefault(mode, []).append(
                peer("step", log, "end-to-end", mode, history=history, gradient=gradient))
            runs.setdefault("best " + mode, []).append(
                peer("best", log, "end-to-end", mode, best, history, gradient, steps=args.steps))
        runs.setdefault("dedup", []).append(ours("step", "end-to-end", history=history))
    for mode in modes():
        times(f"PyTorch {mode}, {gradient} gradients", runs[mode])
        times(f"PyTorch {mode}, B = {best}", runs["best " + mode])
    show_ours("twotower dedup", runs["dedup"])
    for mode in modes():
        ratios(f"dedup over PyTorch {mode}", runs[mode], runs["dedup"])
        ratios(f"dedup over its best batch, {best}", runs["best " + mode], runs["dedup"])


def scaling():
    title("Cost grows linearly: whole steps, sorted, 16 rows a request")
    sizes = [2048, 8192, 32768, 131072]
    runs = {size: [] for size in sizes}
    for _ in range(args.rounds):
        for size in sizes:
            steps = max(3, args.steps * 8192 // max(8192, size))
            runs[size].append(ours("scaling", "end-to-end", batch_size=size, steps=steps))
    for size in sizes:
        times(f"B = {size:,}", runs[size])
        line("", "peak memory of the loss %.1f MiB, %.0f distinct items" % (
            statistics.median(r["peakLossBytes"] or 0 for r in runs[size]) / 2**20,
            runs[size][-1]["distinctItems"],
        ))


def table_size():
    title("Table size: whole steps with 10^5 and 10^7 item rows")
    runs = {rows: [] for rows in [100_000, 10_000_000]}
    for _ in range(args.rounds):
        for rows in runs:
            runs[rows].append(ours("table", "end-to-end", more=["--item-rows", str(rows)]))
    for rows, results in runs.items():
        times(f"{rows:,} rows", results)
    ratios("10^5 over 10^7", runs[10_000_000], runs[100_000])


def memory():
    title("Peak memory of the loss")
    for engine in ["dense", "dedup"]:
        for size in [1024, 4096, 16384]:
            results = [
                ours("memory", "loss", engine, batch_size=size, steps=1) for _ in range(args.rounds)
            ]
            peaks = [(result["peakLossBytes"] or 0) / 2**20 for result in results]
            line(f"{engine}, B = {size:,}",
                 f"{spread(peaks)} MiB; B x B floats would take {4 * size * size / 2**20:,.0f}")


def main():
    folder = tempfile.mkdtemp(prefix="twotower-peers")
    try:
        print(f"{args.threads} threads on both sides, {args.rounds} rounds in turn; "
              f"load average {os.getloadavg()[0]:.1f}")
        for part in args.parts:
            {
                "loss": lambda: compare_loss(folder),
                "end-to-end": lambda: compare_steps(folder, 0),
                "history": lambda: compare_steps(folder, 50),
                "scaling": scaling,
                "table-size": table_size,
                "memory": memory,
            }[part]()
    finally:
        shutil.rmtree(folder)
        if args.json:
            with open(args.json, "w") as file:
                json.dump(measurements, file, indent=1)


if __name__ == "__main__":
    main()

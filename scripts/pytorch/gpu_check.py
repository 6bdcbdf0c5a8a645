"""Checks in a few minutes whether a device trains what the CPU trains, and how fast.

  doctor    the engine starts, and lists the device
  equality  weights after 1 and 200 steps, device against CPU: no further apart than
            ten times what the dense and the deduplicated loss are on either, where they differ by
            rounding alone
  recall    the same model from three seeds, on a GPU in each precision: means within twice the spread
            of the seeds of the CPU's
  leak      memory at the end of a long run beside its middle
  speed     step times and memory beside PyTorch, eager and compiled, ratios within this run
  calls     engine operations a step

Prints a table and writes one JSON document. Exit code 0 if nothing failed, 1 otherwise. With a
PyTorch for which the engine publishes no glue library, --glue names one that was compiled for it
from the engine's sources; PyTorch's own libraries are used then.
"""

import argparse
import json
import os
import re
import sys

import gpu_speed
import gpu_training
from gpu_session import Session
from helptext import Formatter

CHECKS = gpu_training.CHECKS + gpu_speed.CHECKS


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/gpu-check", description=__doc__, formatter_class=Formatter
    )
    parser.add_argument("--device", default="gpu:0", help="gpu:N, or cpu to try the check itself")
    parser.add_argument("--size", default=None, choices=["small", "full"],
                        help="sizes; default: full on a GPU, small on a CPU")
    parser.add_argument("--glue", metavar="FILE", help="glue library between DJL and the installed PyTorch")
    parser.add_argument("--libtorch", metavar="DIR", help="folder with libtorch.so; default with --glue: PyTorch's own")
    parser.add_argument("--minutes", type=float, default=8, help="what does not fit is skipped, and said")
    parser.add_argument("--rounds", type=int, default=2, help="how often each side is measured, in turn")
    parser.add_argument("--only", metavar="NAMES", help="checks to run, joined by commas; default: all")
    parser.add_argument("--modes", default="eager,compiled", help="how PyTorch runs: eager, compiled, or both joined by a comma")
    parser.add_argument("--no-peers", action="store_true", help="without PyTorch beside")
    parser.add_argument("--json", metavar="FILE", default="gpu-check.json", help="where the document goes")
    parsed = parser.parse_args()
    if not re.fullmatch(r"cpu|gpu:\d+", parsed.device):
        parser.error(f"--device is '{parsed.device}'; allowed: cpu, gpu:N")
    if not set(parsed.modes.split(",")) <= {"eager", "compiled"}:
        parser.error(f"--modes is '{parsed.modes}'; allowed: eager, compiled, joined by a comma")
    if parsed.only and not set(parsed.only.split(",")) <= {name for name, _ in CHECKS}:
        parser.error(f"--only is '{parsed.only}'; allowed: {', '.join(name for name, _ in CHECKS)}, joined by commas")
    if parsed.glue and not os.path.isfile(parsed.glue):
        parser.error(f"--glue is '{parsed.glue}', which is no file")
    return parsed


def number(value, form):
    return "" if value is None else form.format(value)


def main():
    args = arguments()
    try:
        import numpy  # noqa: F401
    except ImportError:
        sys.exit("gpu-check: needs Python with NumPy, which PyTorch brings; name it with PYTHON=/path/to/python")
    session = Session(args)
    for name, function in CHECKS:
        if args.only is None or name in args.only.split(","):
            session.perform(name, function)
    if session.rows:
        print(f"\n{'':<38}{'ms':>9}{'peak MB':>10}{'eager':>9}{'compiled':>10}")
        for label, millis, peak_bytes, eager, compiled in session.rows:
            print(f"{label:<38}{millis:>9.2f}{number(peak_bytes and peak_bytes / 1e6, '{:.0f}'):>10}"
                  f"{number(eager, '{:.1f}x'):>9}{number(compiled, '{:.1f}x'):>10}")
        print("eager, compiled: PyTorch's time over ours in this run, medians")
    document = session.document
    document["seconds"] = session.seconds()
    with open(args.json, "w") as file:
        json.dump(document, file, indent=1)
    session.close()
    verdicts = [entry["verdict"] for entry in document["checks"]]
    print(f"\n{verdicts.count('ok')} ok, {verdicts.count('skipped')} skipped, {verdicts.count('FAILED')} failed"
          f" in {document['seconds']:.0f} s; {args.json}")
    sys.exit(1 if "FAILED" in verdicts else 0)


main()

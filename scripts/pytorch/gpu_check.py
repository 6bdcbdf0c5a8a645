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
import concurrent.futures
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from helptext import Formatter

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DJL = "0.35.1"
NAMES = ["doctor", "equality", "recall", "leak", "loss", "memory", "precision", "steps", "calls"]


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
    if parsed.only and not set(parsed.only.split(",")) <= set(NAMES):
        parser.error(f"--only is '{parsed.only}'; allowed: {', '.join(NAMES)}, joined by commas")
    if parsed.glue and not os.path.isfile(parsed.glue):
        parser.error(f"--glue is '{parsed.glue}', which is no file")
    return parsed


args = arguments()
try:
    import numpy
except ImportError:
    sys.exit("gpu-check: needs Python with NumPy, which PyTorch brings; name it with PYTHON=/path/to/python")
start = time.monotonic()
gpu = args.device.startswith("gpu")
full = args.size == "full" if args.size else gpu
work = tempfile.mkdtemp(prefix="gpu-check-")
rows = []
document = {"device": args.device, "size": "full" if full else "small", "checks": [], "measurements": []}


class Skip(Exception):
    """Why a check was left out."""


class Failed(Exception):
    """What a check found wrong."""


def launcher():
    bundled = os.path.join(ROOT, "bin", "twotower")
    return bundled if os.path.exists(bundled) else os.path.join(ROOT, "scripts", "twotower")


def environment():
    found = dict(os.environ)
    if not (args.glue or args.libtorch):
        return found
    if args.libtorch:
        folder, version, flavor = args.libtorch, os.environ.get("PYTORCH_VERSION"), os.environ.get("PYTORCH_FLAVOR")
    else:
        import torch

        folder = os.path.join(os.path.dirname(torch.__file__), "lib")
        version = torch.__version__.split("+")[0]
        flavor = "cu" + torch.version.cuda.replace(".", "") if torch.version.cuda else "cpu"
    found["PYTORCH_LIBRARY_PATH"] = folder
    if version:
        found["PYTORCH_VERSION"] = version
    if flavor:
        found["PYTORCH_FLAVOR"] = flavor
    if args.glue:
        # The engine looks in its cache first.
        cache = os.path.join(work, "engine")
        place = os.path.join(cache, "pytorch", f"{version}-{flavor}-linux-x86_64")
        os.makedirs(place)
        shutil.copy(args.glue, os.path.join(place, f"{DJL}-libdjl_torch.so"))
        found["ENGINE_CACHE_DIR"] = cache
    return found


ENVIRONMENT = environment()


def left():
    return 60 * args.minutes - (time.monotonic() - start)


def run(command, needs=20, watch=None):
    """The JSON document of a command; `needs` are the seconds without which it is not begun."""
    if left() < needs:
        raise Skip(f"{left():.0f} s left of --minutes {args.minutes:g}")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, text=True)
    stop = threading.Event()
    if watch is not None:
        threading.Thread(target=watch, args=(process.pid, stop), daemon=True).start()
    try:
        out, err = process.communicate(timeout=max(1, left()))
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise Skip(f"cut off after --minutes {args.minutes:g}: {' '.join(command)}")
    finally:
        stop.set()
    if process.returncode:
        raise Failed(f"exit code {process.returncode}: {' '.join(command)}: {err.strip()[-400:]}")
    return json.loads(out) if out.strip() else None


def twotower(*words, **more):
    return run([launcher(), *words, "--json"], **more)


CHECKS = []


def check(name):
    """Names a check; they run in the order of this file."""

    assert name == NAMES[len(CHECKS)], name

    def keep(function):
        CHECKS.append((name, function))
        return function

    return keep


def perform(name, function):
    """Runs a check, and keeps what it says."""
    begun = time.monotonic()
    try:
        verdict, said = "ok", function()
    except Skip as why:
        verdict, said = "skipped", str(why)
    except Exception as what:
        verdict, said = "FAILED", str(what) if isinstance(what, Failed) else f"{type(what).__name__}: {what}"
    seconds = time.monotonic() - begun
    document["checks"].append({"name": name, "verdict": verdict, "said": said, "seconds": seconds})
    print(f"{name:<10} {verdict:<8} {said}   ({seconds:.0f} s)", flush=True)


def tensors(run_folder):
    """The arrays of a trained model, by name (safetensors: header length, header, bytes)."""
    with open(os.path.join(run_folder, "model", "weights.safetensors"), "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
        data = file.read()
    types = {"F32": "<f4", "F64": "<f8", "I64": "<i8", "I32": "<i4"}
    found = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] in types:
            begin, end = entry["data_offsets"]
            found[name] = numpy.frombuffer(data[begin:end], types[entry["dtype"]]).astype(float)
    return found


def distance(a, b):
    """Norm of the difference of two models over the norm of the first."""
    if a.keys() != b.keys():
        raise Failed(f"the models hold {sorted(a)} and {sorted(b)}")
    squared = sum(float(((a[name] - b[name]) ** 2).sum()) for name in a)
    return (squared / sum(float((a[name] ** 2).sum()) for name in a)) ** 0.5


def train(data, out, device, settings, **more):
    words = ["train", "--data", data, "--out", out, "--set", f"device={device}"]
    for setting in settings:
        words += ["--set", setting]
    return twotower(*words, **more)


def folder(name):
    return os.path.join(work, name)


@check("doctor")
def doctor():
    found = twotower("doctor", needs=1)
    document["doctor"] = found
    names = [device["name"] for device in found["devices"]]
    if args.device not in names:
        raise Failed(f"the engine offers {', '.join(names)}, not {args.device}; {found['findings']}")
    engine = found["engine"]
    return f"{engine['name']} {engine['version']}, DJL {engine['djl']}, {', '.join(names)}"


def log(name, users, items, count):
    if not os.path.exists(folder(name)):
        twotower("generate", "--to", folder(name), "--users", str(users), "--items", str(items), "--rows", str(count))
    return folder(name)


SETTINGS = {
    "ids": [],
    "layers": ["user.hidden=[64]", "item.hidden=[64]", "user.history.length=20", "loss.learnTemperature=true",
               "optimizer.tables=lazy-adam", "optimizer.tableLearningRate=0.01"],
    "queue": ["loss.queue=1024", "loss.queueWarmup=5", "loss.uniform=100", "masks=identity+engaged"],
}


def at_once(work, keys):
    """What work makes of each key, some at a time; one on a machine of few cores."""
    with concurrent.futures.ThreadPoolExecutor(max(1, min(6, (os.cpu_count() or 1) // 2))) as pool:
        return dict(zip(keys, pool.map(work, keys)))


@check("equality")
def equality():
    data = log("small", 400, 500, 20000)
    common = ["batchSize=256", "epochs=50", "evaluation.everyEpochs=0", "dim=32", "loss.temperature=0.2",
              "layout=requests:1000:8", "optimizer.tableLearningRate=0.2", "threads=1"]
    said, wrong = [], []
    for name, settings in SETTINGS.items():
        for steps in [1, 200]:
            dense = ["engine=dense"]
            sides = {"cpu": ("cpu", []), "device": (args.device, []), "cpu, dense": ("cpu", dense),
                     "device, dense": (args.device, dense)}

            def trained(side):
                device, more = sides[side]
                out = folder(f"equal-{name}-{steps}-{side}")
                train(data, out, device, [*common, *settings, *more, f"maxSteps={steps}"])
                found = tensors(out)
                shutil.rmtree(out)
                return found

            models = at_once(trained, sides)
            apart = distance(models["cpu"], models["device"])
            rounding = max(distance(models[side], models[f"{side}, dense"]) for side in ["cpu", "device"])
            allowed = max(10 * rounding, 1e-6)
            document["measurements"].append(
                {"check": "equality", "setting": name, "steps": steps, "apart": apart, "allowed": allowed})
            if not apart <= allowed:
                wrong.append(f"{name} after {steps} steps: {apart:.1e} apart, allowed {allowed:.1e}")
        said.append(f"{name} {apart:.0e}")
    if wrong:
        raise Failed("; ".join(wrong))
    return "relative distance after 200 steps: " + ", ".join(said)


@check("recall")
def recall():
    data = log("medium", 2000, 2000, 150000) if full else log("small", 400, 500, 20000)
    sides = {"cpu": ("cpu", "float32")}
    for precision in ["float32", "tf32", "bf16"] if gpu else ["float32"]:
        sides[precision] = (args.device, precision)

    def trained(run):
        side, seed = run
        device, precision = sides[side]
        out = folder(f"recall-{side}-{seed}")
        found = train(data, out, device, [f"seed={seed}", "epochs=5", "batchSize=1024", "evaluation.everyEpochs=0",
                                          f"precision={precision}"], needs=30)
        shutil.rmtree(out)
        return found["metrics"]["recall@20"]

    found = at_once(trained, [(side, seed) for side in sides for seed in [1, 2, 3]])
    values = {side: [found[side, seed] for seed in [1, 2, 3]] for side in sides}
    document["measurements"].append({"check": "recall", **values})
    spread = max(statistics.stdev(each) for each in values.values())
    means = {side: statistics.mean(each) for side, each in values.items()}
    said = "recall@20: " + ", ".join(f"{side} {mean:.4f}" for side, mean in means.items()) + f"; seeds spread {spread:.4f}"
    far = [side for side, mean in means.items() if abs(mean - means["cpu"]) > 2 * spread + 1e-9]
    if far:
        raise Failed(f"{said}; further than {2 * spread:.4f} from the CPU's: {', '.join(far)}")
    return said


def memory(pid):
    """MiB that a process holds, on the GPU or in memory."""
    if gpu:
        out = subprocess.run(["nvidia-smi", "--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits"],
                             stdout=subprocess.PIPE, text=True).stdout
        held = [int(line.split(",")[1]) for line in out.splitlines() if line.strip() and line.split(",")[1].strip().isdigit()]
        return sum(held)  # in a container the process numbers are others
    with open(f"/proc/{pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) >> 10


@check("leak")
def leak():
    data = log("medium", 2000, 2000, 150000) if full else log("small", 400, 500, 20000)
    seen = []

    def watch(pid, stop):
        while not stop.wait(0.25):
            try:
                seen.append(memory(pid))
            except (OSError, AttributeError):
                return

    steps = 4000 if full else 1500
    out = folder("leak")
    train(data, out, args.device, [f"maxSteps={steps}", "epochs=1000", "batchSize=1024", "evaluation.everyEpochs=0",
                                   "checkpoint.everySteps=0", "loss.queue=2048", "loss.queueWarmup=10"],
          needs=40, watch=watch)
    shutil.rmtree(out)
    if len(seen) < 12:
        raise Skip(f"too short to tell: {len(seen)} looks at the memory")
    middle = statistics.median(seen[4 * len(seen) // 10: 6 * len(seen) // 10])
    end = statistics.median(seen[9 * len(seen) // 10:])
    document["measurements"].append({"check": "leak", "mebibytes": seen})
    said = f"{middle:.0f} MiB in the middle of {steps} steps, {end:.0f} at the end"
    if end > 1.1 * middle + 64:
        raise Failed(said)
    return said


def bench(label, *words, needs=20):
    found = twotower("bench", "--device", args.device, *words, needs=needs)
    document["measurements"].append({"check": "speed", "label": label, "side": "twotower", "result": found})
    return found


def peer(label, *words, needs=20):
    if args.no_peers:
        raise Skip("--no-peers")
    found = run([sys.executable, os.path.join(HERE, "measure.py"), "--device", args.device.replace("gpu", "cuda"), *words],
                needs=needs)
    document["measurements"].append({"check": "speed", "label": label, "side": "PyTorch", "result": found})
    return found


def medians(results):
    return statistics.median(result["stepMillis"]["median"] for result in results)


def beside(label, ours, theirs, bytes_of="peakLossBytes"):
    """Runs both sides in turn; a side that cannot run leaves its place empty."""
    found = {}
    for _ in range(args.rounds):
        for side, measure in [("twotower", ours), *theirs.items()]:
            try:
                result = measure()
                found.setdefault(side, []).append(result)
            except (Skip, Failed) as why:
                document["measurements"].append({"check": "speed", "label": label, "side": side, "left out": str(why)})
    if "twotower" not in found:
        raise Failed(f"{label}: not measured; {document['measurements'][-1]}")
    mine = medians(found["twotower"])
    ratios = {side: medians(results) / mine for side, results in found.items() if side != "twotower"}
    peak = found["twotower"][-1].get(bytes_of)
    rows.append((label, mine, peak, ratios.get("eager"), ratios.get("compiled")))
    return f"{label} {mine:.2f} ms" + "".join(f", {side} {ratio:.1f}x" for side, ratio in ratios.items())


batch, dim, items = ("8192", "128", "100000") if full else ("1024", "32", "5000")
large = "131072" if full else "4096"
steps = "20" if full else "5"
saved = folder("bench-log")


def sides(part, *more):
    words = ["--log", saved, "--part", part, "--batch-size", batch, "--dim", dim, "--item-rows", items, "--steps", steps, *more]
    return {mode: (lambda mode=mode: peer(part, "--mode", mode, *words, needs=60 if mode == "compiled" else 25))
            for mode in args.modes.split(",")}


SIZES = ["--dim", dim, "--items", items, "--steps", steps]
REQUESTS = ["--requests", str(int(batch) // 16)]


@check("loss")
def loss():
    said = [beside("dense loss", lambda: bench("dense", "--part", "loss", "--engine", "dense", "--batch-size", batch,
                                               *REQUESTS, *SIZES, "--save", fresh()), sides("loss"))]
    said.append(beside("deduplicated loss, 16 rows a request", lambda: bench(
        "dedup", "--part", "loss", "--batch-size", batch, *REQUESTS, *SIZES), {}))
    dense, dedup = rows[-2], rows[-1]
    # The peer has the dense loss alone; a side of it that could not run leaves its place empty here as well.
    rows[-1] = (*dedup[:3], *(ratio and ratio * dense[1] / dedup[1] for ratio in dense[3:]))
    return "; ".join(said)


@check("memory")
def peak():
    found = bench("large", "--part", "loss", "--engine", "dense", "--batch-size", large,
                  "--requests", str(int(large) // 16), "--dim", dim, "--items", items, "--steps", "2")
    rows.append((f"dense loss, B = {int(large):,}", found["stepMillis"]["median"], found["peakLossBytes"], None, None))
    said = f"dense loss at B = {int(large):,}: {found['peakLossBytes'] / 1e6:.0f} MB"
    if found["peakLossBytes"] > 1e9:
        raise Failed(f"{said}; allowed: 1,000 MB")
    return said


def fresh():
    """An empty folder for the log that both sides read."""
    shutil.rmtree(saved, ignore_errors=True)
    return saved


@check("precision")
def precisions():
    if not gpu:
        raise Skip("a CPU has float32 alone")
    said = []
    for precision in ["tf32", "bf16"]:
        dense = bench(f"dense, {precision}", "--part", "loss", "--engine", "dense", "--batch-size", batch, *REQUESTS, *SIZES,
                      "--precision", precision)
        whole_step = bench(f"whole steps, {precision}", "--batch-size", batch, *REQUESTS, *SIZES, "--precision", precision)
        for label, found in [("dense loss", dense), ("whole steps", whole_step)]:
            rows.append((f"{label}, {precision}", found["stepMillis"]["median"], found["peakLossBytes"], None, None))
            said.append(f"{label}, {precision}: {found['stepMillis']['median']:.2f} ms")
    return "; ".join(said)


@check("steps")
def whole():
    said = []
    for label, history in [("whole steps", "0"), ("whole steps, history of 50", "50")]:
        said.append(beside(label, lambda: bench(label, "--batch-size", batch, *REQUESTS, *SIZES, "--history", history,
                                                "--save", fresh(), needs=30), sides("end-to-end", "--history", history)))
    return "; ".join(said)


@check("calls")
def calls():
    found = [m["result"] for m in document["measurements"] if m.get("side") == "twotower" and m.get("result", {}).get("part") == "end-to-end"]
    if not found:
        raise Skip("no whole step was measured")
    shown = {key: found[0][key] for key in ["engineCalls", "kernelCalls", "transfers", "hostReads", "waitShare"] if found[0].get(key) is not None}
    return ", ".join(f"{key} {value:.3g}" for key, value in shown.items()) + " a step"


def number(value, form):
    return "" if value is None else form.format(value)


def main():
    for name, function in CHECKS:
        if args.only is None or name in args.only.split(","):
            perform(name, function)
    if rows:
        print(f"\n{'':<38}{'ms':>9}{'peak MB':>10}{'eager':>9}{'compiled':>10}")
        for label, millis, peak_bytes, eager, compiled in rows:
            print(f"{label:<38}{millis:>9.2f}{number(peak_bytes and peak_bytes / 1e6, '{:.0f}'):>10}"
                  f"{number(eager, '{:.1f}x'):>9}{number(compiled, '{:.1f}x'):>10}")
        print("eager, compiled: PyTorch's time over ours in this run, medians")
    document["seconds"] = time.monotonic() - start
    with open(args.json, "w") as file:
        json.dump(document, file, indent=1)
    shutil.rmtree(work, ignore_errors=True)
    verdicts = [entry["verdict"] for entry in document["checks"]]
    print(f"\n{verdicts.count('ok')} ok, {verdicts.count('skipped')} skipped, {verdicts.count('FAILED')} failed"
          f" in {document['seconds']:.0f} s; {args.json}")
    sys.exit(1 if "FAILED" in verdicts else 0)


main()

"""Whether a device trains what the CPU trains: the engine, equal weights, equal recall, no leak."""

import concurrent.futures
import json
import os
import re
import shutil
import statistics
import subprocess

from gpu_session import Failed, Skip

SETTINGS = {
    "ids": [],
    "layers": ["user.hidden=[64]", "item.hidden=[64]", "user.history.length=20", "loss.learnTemperature=true",
               "optimizer.tables=lazy-adam", "optimizer.tableLearningRate=0.01"],
    "queue": ["loss.queue=1024", "loss.queueWarmup=5", "loss.uniform=100", "masks=identity+engaged"],
}


def doctor(session):
    found = session.twotower("doctor", needs=1)
    session.document["doctor"] = found
    names = [device["name"] for device in found["devices"]]
    if session.args.device not in names:
        raise Failed(f"the engine offers {', '.join(names)}, not {session.args.device}; {found['findings']}")
    engine = found["engine"]
    return f"{engine['name']} {engine['version']}, DJL {engine['djl']}, {', '.join(names)}"


def at_once(work, keys):
    """What work makes of each key, some at a time; one on a machine of few cores."""
    with concurrent.futures.ThreadPoolExecutor(max(1, min(6, (os.cpu_count() or 1) // 2))) as pool:
        return dict(zip(keys, pool.map(work, keys)))


def tensors(run_folder):
    """The arrays of a trained model, by name (safetensors: header length, header, bytes)."""
    import numpy

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


def train(session, data, out, device, settings, **more):
    words = ["train", "--data", data, "--out", out, "--set", f"device={device}"]
    for setting in settings:
        words += ["--set", setting]
    return session.twotower(*words, **more)


def equality(session):
    data = session.log("small", 400, 500, 20000)
    common = ["batchSize=256", "epochs=50", "evaluation.everyEpochs=0", "dim=32", "loss.temperature=0.2",
              "layout=requests:1000:8", "optimizer.tableLearningRate=0.2", "threads=1"]
    said, wrong = [], []
    for name, settings in SETTINGS.items():
        for steps in [1, 200]:
            dense = ["engine=dense"]
            sides = {"cpu": ("cpu", []), "device": (session.args.device, []), "cpu, dense": ("cpu", dense),
                     "device, dense": (session.args.device, dense)}

            def trained(side):
                device, more = sides[side]
                out = session.folder(f"equal-{name}-{steps}-{side}")
                train(session, data, out, device, [*common, *settings, *more, f"maxSteps={steps}"])
                found = tensors(out)
                shutil.rmtree(out)
                return found

            models = at_once(trained, sides)
            apart = distance(models["cpu"], models["device"])
            rounding = max(distance(models[side], models[f"{side}, dense"]) for side in ["cpu", "device"])
            allowed = max(10 * rounding, 1e-6)
            session.measured("equality", setting=name, steps=steps, apart=apart, allowed=allowed)
            if not apart <= allowed:
                wrong.append(f"{name} after {steps} steps: {apart:.1e} apart, allowed {allowed:.1e}")
        said.append(f"{name} {apart:.0e}")
    if wrong:
        raise Failed("; ".join(wrong))
    return "relative distance after 200 steps: " + ", ".join(said)


def recall(session):
    data = session.log("medium", 2000, 2000, 150000) if session.full else session.log("small", 400, 500, 20000)
    sides = {"cpu": ("cpu", "float32")}
    for precision in ["float32", "tf32", "bf16"] if session.gpu else ["float32"]:
        sides[precision] = (session.args.device, precision)

    def trained(run):
        side, seed = run
        device, precision = sides[side]
        out = session.folder(f"recall-{side}-{seed}")
        found = train(session, data, out, device,
                      [f"seed={seed}", "epochs=5", "batchSize=1024", "evaluation.everyEpochs=0", f"precision={precision}"],
                      needs=30)
        shutil.rmtree(out)
        return found["metrics"]["recall@20"]

    found = at_once(trained, [(side, seed) for side in sides for seed in [1, 2, 3]])
    values = {side: [found[side, seed] for seed in [1, 2, 3]] for side in sides}
    session.measured("recall", **values)
    spread = max(statistics.stdev(each) for each in values.values())
    means = {side: statistics.mean(each) for side, each in values.items()}
    said = "recall@20: " + ", ".join(f"{side} {mean:.4f}" for side, mean in means.items()) + f"; seeds spread {spread:.4f}"
    far = [side for side, mean in means.items() if abs(mean - means["cpu"]) > 2 * spread + 1e-9]
    if far:
        raise Failed(f"{said}; further than {2 * spread:.4f} from the CPU's: {', '.join(far)}")
    return said


def memory(session, pid):
    """MiB that a process holds, on the GPU or in memory."""
    if session.gpu:
        out = subprocess.run(["nvidia-smi", "--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits"],
                             stdout=subprocess.PIPE, text=True).stdout
        held = [int(line.split(",")[1]) for line in out.splitlines() if line.strip() and line.split(",")[1].strip().isdigit()]
        return sum(held)  # in a container the process numbers are others
    with open(f"/proc/{pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) >> 10


def leak(session):
    data = session.log("medium", 2000, 2000, 150000) if session.full else session.log("small", 400, 500, 20000)
    seen = []

    def watch(pid, stop):
        while not stop.wait(0.25):
            try:
                seen.append(memory(session, pid))
            except (OSError, AttributeError):
                return

    steps = 4000 if session.full else 1500
    out = session.folder("leak")
    settings = [f"maxSteps={steps}", "epochs=1000", "batchSize=1024", "evaluation.everyEpochs=0", "checkpoint.everySteps=0",
                "loss.queue=2048", "loss.queueWarmup=10"]
    # A Java heap grows before it collects, and buffers outside it wait for that. In a small one nothing but leaks grows.
    heap = "256m" if session.full else "128m"
    train(session, data, out, session.args.device, settings, needs=40, watch=watch,
          java=None if session.gpu else f"-Xms{heap} -Xmx{heap} -XX:+AlwaysPreTouch")
    shutil.rmtree(out)
    if len(seen) < 12:
        raise Skip(f"too short to tell: {len(seen)} looks at the memory")
    middle = statistics.median(seen[4 * len(seen) // 10: 6 * len(seen) // 10])
    end = statistics.median(seen[9 * len(seen) // 10:])
    session.measured("leak", mebibytes=seen)
    said = f"{middle:.0f} MiB in the middle of {steps} steps, {end:.0f} at the end"
    if end > 1.1 * middle + 64:
        raise Failed(said)
    return said


CHECKS = [("doctor", doctor), ("equality", equality), ("recall", recall), ("leak", leak)]

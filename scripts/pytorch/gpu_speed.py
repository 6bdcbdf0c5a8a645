"""How fast a device trains, and in how much memory, beside PyTorch within the same call."""

import os
import shutil
import statistics
import sys

from gpu_session import HERE, Failed, Skip


class Speed:
    """The measurements of one call: their sizes, and both sides of each."""

    def __init__(self, session):
        self.session = session
        self.args = session.args
        self.batch, dim, items = ("8192", "128", "100000") if session.full else ("1024", "32", "5000")
        self.large = "131072" if session.full else "4096"
        steps = "20" if session.full else "5"
        self.model = ["--dim", dim, "--items", items]
        self.sizes = [*self.model, "--steps", steps]
        self.peer_sizes = ["--batch-size", self.batch, "--dim", dim, "--item-rows", items, "--steps", steps]
        self.requests = ["--requests", str(int(self.batch) // 16)]
        self.saved = session.folder("bench-log")

    def fresh(self):
        """An empty folder for the log that both sides read."""
        shutil.rmtree(self.saved, ignore_errors=True)
        return self.saved

    def bench(self, label, *words, needs=20):
        found = self.session.twotower("bench", "--device", self.args.device, *words, needs=needs)
        self.session.measured("speed", label=label, side="twotower", result=found)
        return found

    def usual(self, label, *words, needs=20):
        return self.bench(label, "--batch-size", self.batch, *self.requests, *self.sizes, *words, needs=needs)

    def peer(self, label, *words, needs=20):
        if self.args.no_peers:
            raise Skip("--no-peers")
        found = self.session.run([sys.executable, os.path.join(HERE, "measure.py"), "--device",
                                  self.args.device.replace("gpu", "cuda"), *words], needs=needs)
        self.session.measured("speed", label=label, side="PyTorch", result=found)
        return found

    def peers(self, part, *more):
        words = ["--log", self.saved, "--part", part, *self.peer_sizes, *more]
        return {mode: (lambda mode=mode: self.peer(part, "--mode", mode, *words, needs=60 if mode == "compiled" else 25))
                for mode in self.args.modes.split(",")}

    def beside(self, label, ours, theirs):
        """Runs both sides in turn; a side that cannot run leaves its place empty."""
        found = {}
        missing = {}
        for _ in range(self.args.rounds):
            for side, measure in [("twotower", ours), *theirs.items()]:
                try:
                    result = measure()
                    found.setdefault(side, []).append(result)
                except (Skip, Failed) as why:
                    missing[side] = why
                    self.session.measured("speed", **{"label": label, "side": side, "left out": str(why)})
        if "twotower" not in found:
            why = missing["twotower"]
            raise type(why)(f"{label}: {why}")
        mine = medians(found["twotower"])
        ratios = {side: medians(results) / mine for side, results in found.items() if side != "twotower"}
        peak = found["twotower"][-1].get("peakLossBytes")
        self.session.rows.append((label, mine, peak, ratios.get("eager"), ratios.get("compiled")))
        return f"{label} {mine:.2f} ms" + "".join(f", {side} {ratio:.1f}x" for side, ratio in ratios.items())


def medians(results):
    return statistics.median(result["stepMillis"]["median"] for result in results)


def loss(session):
    speed = Speed(session)
    said = [speed.beside("dense loss",
                         lambda: speed.usual("dense", "--part", "loss", "--engine", "dense", "--save", speed.fresh()),
                         speed.peers("loss"))]
    said.append(speed.beside("deduplicated loss, 16 rows a request", lambda: speed.usual("dedup", "--part", "loss"), {}))
    dense, dedup = session.rows[-2], session.rows[-1]
    # The peer has the dense loss alone; a side of it that could not run leaves its place empty here as well.
    session.rows[-1] = (*dedup[:3], *(ratio and ratio * dense[1] / dedup[1] for ratio in dense[3:]))
    return "; ".join(said)


def memory(session):
    speed = Speed(session)
    large = int(speed.large)
    found = speed.bench("large", "--part", "loss", "--engine", "dense", "--batch-size", speed.large,
                        "--requests", str(large // 16), *speed.model, "--steps", "2")
    session.rows.append((f"dense loss, B = {large:,}", found["stepMillis"]["median"], found["peakLossBytes"], None, None))
    said = f"dense loss at B = {large:,}: {found['peakLossBytes'] / 1e6:.0f} MB"
    if found["peakLossBytes"] > 1e9:
        raise Failed(f"{said}; allowed: 1,000 MB")
    return said


def precision(session):
    if not session.gpu:
        raise Skip("a CPU has float32 alone")
    speed = Speed(session)
    said = []
    for name in ["tf32", "bf16"]:
        dense = speed.usual(f"dense, {name}", "--part", "loss", "--engine", "dense", "--precision", name)
        whole_step = speed.usual(f"whole steps, {name}", "--precision", name)
        for label, found in [("dense loss", dense), ("whole steps", whole_step)]:
            session.rows.append((f"{label}, {name}", found["stepMillis"]["median"], found["peakLossBytes"], None, None))
            said.append(f"{label}, {name}: {found['stepMillis']['median']:.2f} ms")
    return "; ".join(said)


def steps(session):
    speed = Speed(session)
    said = []
    for label, history in [("whole steps", "0"), ("whole steps, history of 50", "50")]:
        said.append(speed.beside(
            label, lambda: speed.usual(label, "--history", history, "--save", speed.fresh(), needs=30),
            speed.peers("end-to-end", "--history", history)))
    return "; ".join(said)


def calls(session):
    """Reads what the check before has measured."""
    found = [each["result"] for each in session.document["measurements"]
             if each.get("side") == "twotower" and each.get("result", {}).get("part") == "end-to-end"]
    if not found:
        raise Skip("no whole step was measured")
    names = ["engineCalls", "kernelCalls", "transfers", "hostReads", "waitShare"]
    return ", ".join(f"{name} {found[0][name]:.3g}" for name in names if found[0].get(name) is not None) + " a step"


CHECKS = [("loss", loss), ("memory", memory), ("precision", precision), ("steps", steps), ("calls", calls)]

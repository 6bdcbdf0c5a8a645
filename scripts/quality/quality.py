"""Ranks libraries that people use beside twotower: same splits, same budget of tuning, one evaluator.

For each data set, in turn: `twotower tune` with --trials trials; then each peer draws settings, its
own defaults first, until it has used as many seconds of processor time as tune did, or --most draws,
and keeps what finds most of the validation rows (recall@20). Each is then fitted on the training rows
with what was found, with --seeds seeds, and judged on the test rows by `twotower evaluate`, the peers
from their vectors (a bias is one more number of a vector). One thread for all. twotower's defaults are
judged as well. A peer's validation recall must be what `twotower evaluate` finds, or this fails.

  implicit-als      implicit, AlternatingLeastSquares
  implicit-bpr      implicit, BayesianPersonalizedRanking
  rectools-puresvd  RecTools, PureSVDModel
  tfrs              TensorFlow Recommenders, two embeddings under tasks.Retrieval (in-batch softmax)
  mllib-als         Spark MLlib, ALS with implicitPrefs; needs a Java that Spark runs on

Each library is installed from the package index on first use, into .venv-quality (implicit 0.4 GB,
RecTools 0.5, TensorFlow 2, Spark 1). OUT/quality.tsv has a row for each; started again with the
same data sets, --trials, --most and --rank-seen, it goes on where it stopped. "fit" is processor time of the process that fits, its start, reading and writing
included; evaluation left out.
"""

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "scripts", "pytorch"))

from helptext import Formatter  # noqa: E402

# Each peer and the file that lists what it needs.
PEERS = {
    "implicit-als": "implicit",
    "implicit-bpr": "implicit",
    "rectools-puresvd": "rectools",
    "tfrs": "tfrs",
    "mllib-als": "mllib",
}
COLUMNS = [
    "log", "model", "draws", "search, s", "validation recall@20", "recall@20", "ndcg@20", "against twotower, %", "low",
    "high", "verdict", "fit, s", "fit / twotower", "settings",
]
# Scores are sums of floats in another order here than there, which may change the 20th place of somebody.
TOLERANCE = 2e-3


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/bench-peers quality",
        description=__doc__,
        formatter_class=Formatter,
    )
    parser.add_argument("--data", required=True, nargs="+", metavar="DIR", help="data set directories with validation and test rows")
    parser.add_argument("--out", required=True, metavar="OUT", help="where searches, runs, vectors and quality.tsv go")
    parser.add_argument("--only", default=",".join(PEERS), help="peers, joined by ','")
    parser.add_argument("--trials", type=int, default=40, help="of tune, which set the budget")
    parser.add_argument("--most", type=int, default=40, help="draws of a peer")
    parser.add_argument("--seeds", type=int, default=3, help="final fits of each")
    parser.add_argument("--rank-seen", action="store_true", help="rank what users had before, too")
    parser.add_argument("--environments", metavar="DIR", default=os.path.join(ROOT, ".venv-quality"),
                        help="where libraries are installed")
    args = parser.parse_args()
    args.only = args.only.split(",")
    names = [os.path.basename(os.path.normpath(data)) for data in args.data]
    if len(set(names)) < len(names):
        parser.error(f"--data: received folders named {', '.join(names)}; allowed: each name once")
    for name in args.only:
        if name not in PEERS:
            parser.error(f"unknown peer '{name}'; allowed: {', '.join(PEERS)}")
    for number in ["trials", "most", "seeds"]:
        if getattr(args, number) < 1:
            parser.error(f"--{number}: received {getattr(args, number)}; allowed: 1 and up")
    return args


def fail(message):
    sys.exit("bench-peers quality: " + message)


def run(command, output=None):
    """Runs a command to its end; its processor seconds, those of its children included, and what it printed."""
    one = {name: "1" for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"]}
    environment = dict(os.environ, OMP_WAIT_POLICY="passive", TF_CPP_MIN_LOG_LEVEL="3", **one)
    process = subprocess.Popen(command, stdout=output or subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        fail(f"failed ({process.returncode}): {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime


class Kept:
    """Answers kept as files, so that what is there need not be made again under the same conditions.

    `conditions` are what all answers depend on, by name; a folder with answers under others is refused.
    """

    CONDITIONS = "conditions"

    def __init__(self, folder, conditions):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        unmarked = not os.path.exists(self.path(self.CONDITIONS + ".json"))
        if unmarked and any(name.endswith(".json") for name in os.listdir(folder)):
            fail(f"{folder} holds answers, but not what they were made with; allowed: another --out")
        there = self.get(self.CONDITIONS, lambda: conditions)
        for name, value in conditions.items():
            if there.get(name) != value:
                fail(f"received {name} {value}, but {folder} holds answers for {name} {there.get(name)}; "
                     "allowed: the same, or another --out")

    def path(self, name):
        return os.path.join(self.folder, name)

    def get(self, name, make):
        path = self.path(name + ".json")
        if not os.path.exists(path):
            answer = make()
            with open(path + ".part", "w", encoding="utf-8") as file:
                json.dump(answer, file, indent=1)
            os.replace(path + ".part", path)
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    def free(self, name):
        """A path for a directory that a command is to make; what an interrupted one left is put aside."""
        path = self.path(name)
        number = 0
        while os.path.exists(path if number == 0 else f"{path}-{number}"):
            number += 1
        return path if number == 0 else f"{path}-{number}"


def checksum(data):
    """Of the list of checksums that a data set has, or of its manifest where an earlier version wrote it."""
    sums = os.path.join(data, "SHA256SUMS")
    with open(sums if os.path.exists(sums) else os.path.join(data, "dataset.json"), "rb") as file:
        return "with the SHA-256 " + hashlib.sha256(file.read()).hexdigest()


def twotower(*words, output=None):
    launcher = os.environ.get("TWOTOWER", os.path.join(ROOT, "scripts", "twotower"))
    return run([launcher, *words], output)


def python(peer, args):
    """The Python that has the peer's library, installed on first use."""
    requirements = os.path.join(HERE, PEERS[peer] + ".txt")
    environment = os.path.join(args.environments, PEERS[peer])
    stamp = os.path.join(environment, "installed.txt")
    program = os.path.join(environment, "bin", "python")
    with open(requirements, encoding="utf-8") as file:
        wanted = file.read()
    installed = ""
    if os.path.exists(stamp):
        with open(stamp, encoding="utf-8") as file:
            installed = file.read()
    if installed != wanted:
        print(f"bench-peers quality: installing {PEERS[peer]} into {environment} (once)", file=sys.stderr)
        run([os.environ.get("PYTHON", sys.executable), "-m", "venv", environment])
        run([program, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements])
        with open(stamp, "w", encoding="utf-8") as file:
            file.write(wanted)
    return program


class Comparison:
    def __init__(self, data, args):
        self.data = data
        self.args = args
        self.name = os.path.basename(os.path.normpath(data))
        self.kept = Kept(os.path.join(args.out, self.name), {
            "a data set": checksum(data),
            "--trials": args.trials,
            "--most": args.most,
            "--rank-seen": args.rank_seen,
        })
        self.seen = ["--rank-seen"] if args.rank_seen else ["--no-rank-seen"]
        self.settings = ["--set", "threads=1", "--set", "evaluation.rankSeen=" + str(args.rank_seen).lower()]

    def evaluated(self, name, *words):
        path = self.kept.path(name + "-evaluation.json")
        with open(path, "w", encoding="utf-8") as file:
            twotower("evaluate", *words, *self.seen, "--k", "20", "--json", output=file)
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    def trained(self, name, words):
        """A run of ours: its processor seconds, and how it ranks the test rows."""

        def make():
            out = self.kept.free(name)
            seconds = twotower("train", "--data", self.data, "--out", out, *words)
            metrics = self.evaluated(name, "--run", out, "--split", "test", "--replicates", "0")["metrics"]
            return {"run": out, "cpuSeconds": seconds, "metrics": metrics}

        return self.kept.get(name, make)

    def tuned(self):
        def make():
            # From nothing, even after an interruption: the seconds of all trials are the budget.
            out = self.kept.free("tune")
            seconds = twotower("tune", "--data", self.data, "--out", out, "--trials", str(self.args.trials), *self.settings)
            with open(os.path.join(out, "tune.json"), encoding="utf-8") as file:
                report = json.load(file)
            trials = report["trials"]  # best first
            best = max((trial for trial in trials if trial["value"] is not None), key=lambda trial: trial["value"])
            first = next(trial for trial in trials if trial["number"] == 0)  # the defaults
            return {"out": out, "cpuSeconds": seconds, "best": best, "first": first, "trials": len(trials)}

        return self.kept.get("tuned", make)

    def peer(self, name, seconds):
        program = python(name, self.args)
        common = ["--data", self.data, *(["--rank-seen"] if self.args.rank_seen else [])]

        def answer(words, file):
            spent = run([program, os.path.join(HERE, "peer.py"), *words, *common, "--answer", file])
            with open(file, encoding="utf-8") as read:
                return dict(json.load(read), processSeconds=spent)

        def search():
            limits = ["--seconds", str(seconds), "--most", str(self.args.most)]
            return answer(["search", name, *limits], self.kept.path(name + ".part"))

        found = self.kept.get(name + "-search", search)

        def fit(seed):
            vectors = self.kept.path(f"{name}-{seed}")
            words = ["--best", self.kept.path(name + "-search.json"), "--seed", str(seed), "--vectors", vectors]
            made = answer(["fit", name, *words], self.kept.path(name + ".part"))
            judged = ["--vectors", vectors, "--data", self.data]
            if seed == 1:
                theirs = made["validationRecall"]
                ours = self.evaluated(name + "-check", *judged, "--split", "validation", "--replicates", "0")
                ours = ours["metrics"]["recall@20"]
                if abs(ours - theirs) > TOLERANCE * ours:
                    fail(f"{name} on {self.name}: validation recall@20 is {theirs} here, {ours} by twotower evaluate")
            other = self.kept.get(f"best-{seed}", dict)["run"]
            result = self.evaluated(
                f"{name}-{seed}", *judged, "--split", "test", "--replicates", "0", "--against", other)
            return dict(made, metrics=result["metrics"], pairs=result["pairs"])

        return found, [self.kept.get(f"{name}-fit-{seed}", lambda: fit(seed)) for seed in self.seeds()]

    def seeds(self):
        return range(1, self.args.seeds + 1)

    def rows(self):
        tuned = self.tuned()
        best = tuned["best"]
        fixed = ["--set", f"epochs={best['bestEpoch']}", "--set", "evaluation.everyEpochs=0",
                 "--set", "evaluation.patience=0"]
        config = ["--config", os.path.join(tuned["out"], "best.yaml"), *fixed]
        ours = [self.trained(f"best-{seed}", [*config, "--set", f"seed={seed}"]) for seed in self.seeds()]
        plain = [self.trained(f"defaults-{seed}", [*self.settings, "--set", f"seed={seed}"]) for seed in self.seeds()]
        fit = mean(one["cpuSeconds"] for one in ours)
        yield self.row("twotower, tuned", tuned["trials"], tuned["cpuSeconds"], best["value"], ours, fit,
                       dict(best["settings"], epochs=best["bestEpoch"]))
        yield self.row("twotower, defaults", 0, None, tuned["first"]["value"], plain, fit, {})
        for name in self.args.only:
            found, fits = self.peer(name, tuned["cpuSeconds"])
            settings = dict(found["best"]["settings"], rounds=found["best"]["rounds"])
            yield self.row(name, len(found["trials"]), found["processSeconds"], found["best"]["recall"], fits, fit, settings)

    def row(self, name, draws, search, validation, fits, ours, settings):
        pair = next((pair for pair in fits[0].get("pairs", []) if pair["metric"] == "recall@20"), None)
        against = ["reference" if name == "twotower, tuned" else "", "", "", ""]
        if pair:
            against = [number(100 * pair[key]) for key in ("relative", "relativeLow", "relativeHigh")] + [pair["verdict"]]
        seconds = mean(one["cpuSeconds"] for one in fits)
        return [
            self.name, name, str(draws), number(search), number(validation),
            number(mean(one["metrics"]["recall@20"] for one in fits)),
            number(mean(one["metrics"]["ndcg@20"] for one in fits)),
            *against, number(seconds), number(seconds / ours),
            " ".join(f"{key}={value}" for key, value in settings.items()),
        ]


def mean(values):
    return statistics.fmean(values)


def number(value):
    return "" if value is None else "%.6g" % value


def main():
    args = arguments()
    twotower("--version")  # builds on first use
    lines = []
    for comparison in [Comparison(data, args) for data in args.data]:
        for row in comparison.rows():
            lines.append("\t".join(row))
            print("\t".join(row), flush=True)
    words = ["scripts/bench-peers", "quality", *sys.argv[1:]]
    with open(os.path.join(args.out, "quality.tsv"), "w", encoding="utf-8") as file:
        file.write("\n".join(["# command: " + " ".join(words), "\t".join(COLUMNS), *lines]) + "\n")


if __name__ == "__main__":
    main()

"""Trains under a real MLflow server and asks it what it was told (see scripts/check-mlflow)."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from mlflow.tracking import MlflowClient

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LAUNCHER = os.environ.get("TWOTOWER", str(ROOT / "scripts" / "twotower"))
SETTINGS = ["--device", "cpu", "--set", "threads=1", "--set", "batchSize=64", "--set", "dim=8"]


class Server:
    """An MLflow server with a store in a folder; started again, it has what it had."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        self.address = f"http://127.0.0.1:{self.port}"

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1",
             "--backend-store-uri", f"sqlite:///{self.folder}/mlflow.db", "--artifacts-destination", str(self.folder / "store")],
            stdout=open(self.folder / "server.log", "a"), stderr=subprocess.STDOUT, start_new_session=True)
        for _ in range(600):
            try:
                urllib.request.urlopen(self.address + "/health", timeout=1).read()
                return
            except OSError:
                if self.process.poll() is not None:
                    sys.exit("check-mlflow: the server ended:\n" + (self.folder / "server.log").read_text()[-2000:])
                time.sleep(0.5)
        sys.exit("check-mlflow: the server does not answer")

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()


def twotower(*words, code=0):
    process = subprocess.run([LAUNCHER, *words], capture_output=True, text=True)
    if process.returncode != code:
        sys.exit(f"check-mlflow: exit code {process.returncode} of twotower {' '.join(words)}:\n{process.stderr}")
    return process.stderr


def lines(run):
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def numbers(values, prefix):
    for key, value in values.items():
        name = f"{prefix}/{key}".replace("@", "_at_")
        if isinstance(value, dict):
            yield from numbers(value, name)
        elif isinstance(value, (int, float)) and not isinstance(value, bool) and key != "step":
            yield name, value


def settings(text):
    """The leaves of the YAML that a run keeps."""
    import yaml

    def leaves(values, prefix=""):
        for key, value in values.items():
            if isinstance(value, dict):
                yield from leaves(value, f"{prefix}{key}.")
            else:
                yield prefix + key
    return set(leaves(yaml.safe_load(text)))


def check(what, right, details=""):
    print(f"{'ok' if right else 'FAILED':<7} {what}" + ("" if right else f": {details}"), flush=True)
    check.failed |= not right


check.failed = False


def told_all(client, run, directory):
    """Whether the server has every number of a run's log, at its step."""
    missing, count, histories = [], 0, {}
    for line in lines(directory):
        for name, value in numbers(line, line["type"]):
            count += 1
            if name not in histories:
                histories[name] = client.get_metric_history(run.info.run_id, name)
            if not any(each.step == line["step"] and abs(each.value - value) <= 1e-12 * abs(value) for each in histories[name]):
                missing.append((name, line["step"], value))
    check(f"{directory.name}: {count} numbers of metrics.jsonl at their steps", count > 50 and not missing, missing[:3])


def main():
    with tempfile.TemporaryDirectory(prefix="check-mlflow-") as temporary:
        folder = pathlib.Path(temporary)
        server = Server(folder)
        server.start()
        try:
            run_all(folder, server)
        finally:
            server.stop()
    return 1 if check.failed else 0


def run_all(folder, server):
    data = str(folder / "data")
    twotower("generate", "--to", data, "--users", "500", "--items", "400", "--rows", "20000")
    client = MlflowClient(server.address)

    one = folder / "one"
    train = ["train", "--data", data, *SETTINGS]
    said = twotower(*train, "--out", str(one), "--set", "epochs=3", "--track", server.address, "--track-experiment", "shop",
                    "--track-tag", "team=search")
    check("train says nothing of the server", "tracking" not in said, said)
    experiment = client.get_experiment_by_name("shop")
    [run] = client.search_runs([experiment.experiment_id])
    check("name, tag, status", (run.info.run_name, run.data.tags["team"], run.info.status) == ("one", "search", "FINISHED"), run)
    expected = settings((one / "config.yaml").read_text())
    check(f"{len(expected)} settings", set(run.data.params) == expected, set(run.data.params) ^ expected)
    told_all(client, run, one)
    files = {each.path for each in client.list_artifacts(run.info.run_id)}
    check("artifacts", files == {"config.yaml", "metrics.jsonl", "model.json"}, files)
    card = client.download_artifacts(run.info.run_id, "model.json", str(folder))
    check("the card, byte by byte", pathlib.Path(card).read_bytes() == (one / "model.json").read_bytes())

    two = folder / "two"
    process = subprocess.Popen([LAUNCHER, *train, "--out", str(two), "--set", "epochs=500", "--set", "evaluation.patience=0",
                                "--track", server.address, "--track-experiment", "shop"], stderr=subprocess.DEVNULL)
    await_lines(process, two, 30)
    process.send_signal(signal.SIGINT)
    process.wait()
    check("exit code of an interrupted run", process.returncode == 130, process.returncode)
    run = named(client, experiment, "two")
    check("status of an interrupted run", run.info.status == "KILLED", run.info.status)
    process = subprocess.Popen([LAUNCHER, "train", "--data", data, "--out", str(two), "--resume"], stderr=subprocess.DEVNULL)
    before = len(lines_so_far(two))
    await_lines(process, two, before + 20)
    check("status of a resumed run", named(client, experiment, "two").info.status == "RUNNING")
    server.stop()
    time.sleep(3)
    server.start()
    gone = len(lines_so_far(two))
    await_lines(process, two, gone + 20)
    process.send_signal(signal.SIGINT)
    process.wait()
    run = named(client, experiment, "two")
    check("the same run goes on, over a restart of the server", run.info.status == "KILLED", run.info.status)
    told_all(client, run, two)

    comparison = folder / "comparison"
    twotower("compare", "--data", data, "--arms", "iid/identity,sorted/identity", "--seeds", "1", "--out", str(comparison),
             *SETTINGS, "--set", "epochs=1", "--track", server.address, "--track-experiment", "arms")
    runs = client.search_runs([client.get_experiment_by_name("arms").experiment_id])
    [parent] = [each for each in runs if "mlflow.parentRunId" not in each.data.tags]
    parts = [each for each in runs if each.data.tags.get("mlflow.parentRunId") == parent.info.run_id]
    files = {each.path for each in client.list_artifacts(parent.info.run_id)}
    check("a comparison and its parts", len(runs) == 3 and len(parts) == 2, [each.info.run_name for each in runs])
    check("its report", files == {"report.json", "report.html"}, files)

    tune = folder / "tune"
    twotower("tune", "--data", data, "--trials", "3", "--out", str(tune), *SETTINGS, "--set", "epochs=3", "--track",
             server.address, "--track-experiment", "search")
    runs = client.search_runs([client.get_experiment_by_name("search").experiment_id])
    check("a search and its trials, all over", len(runs) >= 4 and {each.info.status for each in runs} == {"FINISHED"},
          [(each.info.run_name, each.info.status) for each in runs])


def await_lines(process, run, count):
    while not (run / "metrics.jsonl").exists() or len(lines_so_far(run)) < count:
        if process.poll() is not None:
            sys.exit(f"check-mlflow: the training of {run.name} ended with exit code {process.returncode}")
        time.sleep(0.2)


def lines_so_far(run):
    return (run / "metrics.jsonl").read_text().splitlines()


def named(client, experiment, name):
    [run] = [each for each in client.search_runs([experiment.experiment_id]) if each.info.run_name == name]
    return run


if __name__ == "__main__":
    sys.exit(main())

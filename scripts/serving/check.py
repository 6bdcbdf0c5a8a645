"""Runs the recipes of docs/serving-recipes.md and compares what they find with exact search (see scripts/check-serving)."""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "serving-recipes.md"
K = 20


def recipes(text):
    """The code that all recipes begin with, and each recipe's code by its heading."""
    parts = re.split(r"^#{2,3} (.+)$", text, flags=re.M)
    blocks = lambda part: re.findall(r"(?:^(?:    .*)?\n)+", part, flags=re.M)
    code = lambda part: "".join(
        re.sub(r"^    ", "", block, flags=re.M) for block in blocks(part) if block.strip())
    shared = code(re.split(r"All recipes begin with\n", parts[0])[1])
    named = {name: code(body) for name, body in zip(parts[1::2], parts[2::2])}
    return shared, {name: body for name, body in named.items() if "def nearest" in body}


def measure(shared, body, sample):
    """Runs one recipe in this process and answers with what it found."""
    import numpy

    place = {}
    began = time.perf_counter()
    exec(compile(shared + "\n" + body, "recipe", "exec"), place)  # the page is this project's own code
    built = time.perf_counter() - began
    users, items, item_ids = place["users"], place["items"], place["item_ids"]
    rows = {str(item): row for row, item in enumerate(item_ids)}
    known = numpy.flatnonzero(users.any(axis=1))
    chosen = numpy.random.default_rng(1).permutation(known)[:sample]
    hits, seconds, lists = 0, 0.0, {}
    for user in chosen:
        scores = items @ users[user]
        # An item tied with the last one is as right as that one.
        last = numpy.partition(scores, -K)[-K] - 1e-6
        start = time.perf_counter()
        found = [str(item) for item in place["nearest"](users[user], K)]
        seconds += time.perf_counter() - start
        if len(set(found)) != len(found) or len(found) > K:
            raise AssertionError(f"{len(found)} items, {len(set(found))} of them different; asked for {K}")
        hits += sum(scores[rows[item]] >= last for item in found)
        lists[str(place["user_ids"][user])] = found
    return {
        "recallAt20": hits / (K * len(chosen)),
        "items": len(items),
        "users": len(chosen),
        "buildSeconds": round(built, 2),
        "queryMillis": round(1000 * seconds / len(chosen), 3),
        "lists": lists,
    }


def one(recipe, sample, folder, environment):
    """Runs a recipe in a process of its own: its faults and its memory stay there."""
    with tempfile.NamedTemporaryFile(suffix=".json") as answer:
        process = subprocess.run(
            [sys.executable, __file__, "--recipe", recipe, "--users", str(sample), "--out", answer.name],
            cwd=folder, env=environment, capture_output=True, text=True)
        if process.returncode:
            lines = process.stderr.strip().splitlines()
            return {"error": lines[-1] if lines else f"exit code {process.returncode}"}
        return json.load(open(answer.name))


def twotower(*arguments):
    launcher = os.environ.get("TWOTOWER", str(ROOT / "scripts" / "twotower"))
    process = subprocess.run([launcher, *arguments], capture_output=True, text=True)
    if process.returncode:
        sys.exit(f"check-serving: twotower {' '.join(arguments)} failed:\n{process.stderr}")
    return process.stdout


def trained(folder):
    """A small run whose catalogue is large enough for an index to miss something."""
    print("check-serving: training a model", file=sys.stderr)
    data, run = str(folder / "data"), str(folder / "run")
    twotower("generate", "--to", data, "--users", "8000", "--items", "12000", "--rows", "300000")
    twotower("train", "--data", data, "--out", run, "--device", "cpu", "--set", "epochs=3",
             "--set", "evaluation.everyEpochs=0")
    return run


def product_agrees(run, exact, names):
    """Whether 'recommend' gives the lists of exact search for some users; ties may be in another order."""
    for user in names:
        answer = json.loads(twotower("recommend", "--run", run, "--user", user, "-k", str(K), "--rank-seen", "--json"))
        listed = [item["item"] for item in answer["items"]]
        if len(set(listed) & set(exact[user])) < K - 1:
            return f"recommend lists {listed} for {user}, exact search {exact[user]}"
    return None


def main():
    parser = argparse.ArgumentParser(
        prog="check-serving", description="Runs every recipe of docs/serving-recipes.md and compares what it finds with exact search.")
    parser.add_argument("--run", help="a trained run; its towers must see ids alone for ONNX Runtime")
    parser.add_argument("--only", help="recipes whose names begin with one of these, joined by commas")
    parser.add_argument("--users", type=int, default=500, help="users whose lists are compared (default 500)")
    parser.add_argument("--out", help="write the table as JSON here")
    parser.add_argument("--recipe", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    shared, named = recipes(PAGE.read_text())
    if asked.recipe:
        json.dump(measure(shared, named[asked.recipe], asked.users), open(asked.out, "w"))
        return 0
    chosen = [name for name in named
              if not asked.only or any(name.lower().startswith(only.lower()) for only in asked.only.split(","))]
    if not chosen:
        parser.error(f"--only: received {asked.only}; there are {', '.join(named)}")
    with tempfile.TemporaryDirectory(prefix="check-serving-") as temporary:
        folder = pathlib.Path(temporary)
        run = asked.run or trained(folder)
        twotower("export", "--run", run, "--to", str(folder / "serving"), "--format", "npy,parquet,onnx,hnsw")
        results, failed = {}, False
        database = None
        environment = dict(os.environ, OMP_NUM_THREADS=os.environ.get("OMP_NUM_THREADS", "1"))
        exact = one("NumPy, exact", asked.users, folder, environment)
        try:
            print(f"{'recipe':<28} {'recall@20':>9} {'build s':>8} {'ms/query':>9}")
            for name in chosen:
                if name.startswith("pgvector") and database is None:
                    import database as databases
                    database = databases.start(folder)
                    print(f"PostgreSQL: {database.origin}", file=sys.stderr)
                    environment.update(database.environment)
                result = one(name, asked.users, folder, environment)
                results[name] = result
                if "error" in result:
                    failed = True
                    print(f"{name:<28} FAILED: {result['error']}")
                    continue
                wrong = "exact" in name and result["recallAt20"] < 1
                failed |= wrong
                print(f"{name:<28} {result['recallAt20']:>9.4f} {result['buildSeconds']:>8.2f} {result['queryMillis']:>9.3f}"
                      + ("  NOT EXACT" if wrong else ""), flush=True)
        finally:
            if database is not None:
                database.stop()
        difference = product_agrees(run, exact["lists"], list(exact["lists"])[:5])
        if difference:
            failed = True
            print("twotower recommend DIFFERS: " + difference)
        else:
            print("twotower recommend            agrees with exact search for 5 users")
        for result in results.values():
            result.pop("lists", None)
        if asked.out:
            pathlib.Path(asked.out).write_text(json.dumps(
                {"run": str(run), "items": exact["items"], "users": exact["users"], "recipes": results}, indent=2) + "\n")
        return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

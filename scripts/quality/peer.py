"""One peer on one data set: searches its settings on the validation rows, or fits it and keeps the vectors.

bench-peers runs it, in the environment that has the peer's library; see quality.py.
"""

import argparse
import json
import random
import time

from log import Log
from models import PEERS, Diverged

# Judgements without a new best before a fit stops.
PATIENCE = 4


def cpu(peer):
    """Processor seconds of this process and of what it started."""
    return time.process_time() + (peer.children() if hasattr(peer, "children") else 0.0)


def search(peer, log, seconds, most):
    """Settings drawn one after the other, the library's own first, until the seconds are spent or there are `most`."""
    draws = random.Random(1)
    trials = []
    spent = False
    while len(trials) < most and not spent:
        settings = peer.draw(draws) if trials else dict(peer.DEFAULTS)
        trial = {"settings": settings, "rounds": 0, "recall": -1.0, "curve": []}
        trials.append(trial)
        since = 0
        try:
            for rounds, users, items in peer.fit(log, settings, 1, None):
                recall = log.recall(users, items)
                trial["curve"].append([rounds, recall])
                if recall > trial["recall"]:
                    trial["recall"], trial["rounds"], since = recall, rounds, 0
                else:
                    since += 1
                spent = cpu(peer) > seconds
                if spent or since == PATIENCE:
                    break
        except Diverged as error:
            # What it had found before counts.
            trial["diverged"] = str(error)
            spent = cpu(peer) > seconds
    return {"best": max(trials, key=lambda trial: trial["recall"]), "trials": trials, "cpuSeconds": cpu(peer)}


def fit(peer, log, best, seed, folder):
    """Fits with the settings found, for as many rounds; what that took counts from the start of the process."""
    for rounds, users, items in peer.fit(log, best["settings"], seed, best["rounds"]):
        pass
    seconds = cpu(peer)
    log.save(folder, users, items)
    return {"cpuSeconds": seconds, "validationRecall": log.recall(users, items)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["search", "fit"])
    parser.add_argument("name", choices=list(PEERS))
    parser.add_argument("--data", required=True)
    parser.add_argument("--rank-seen", action="store_true")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--most", type=int)
    parser.add_argument("--best")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--vectors")
    parser.add_argument("--answer", required=True)
    args = parser.parse_args()
    peer = PEERS[args.name]()
    log = Log(args.data, args.rank_seen)
    if args.what == "search":
        answer = search(peer, log, args.seconds, args.most)
    else:
        with open(args.best, encoding="utf-8") as file:
            best = json.load(file)["best"]
        answer = fit(peer, log, best, args.seed, args.vectors)
    if hasattr(peer, "close"):
        peer.close()
    with open(args.answer, "w", encoding="utf-8") as file:
        json.dump(answer, file, indent=1)


if __name__ == "__main__":
    main()

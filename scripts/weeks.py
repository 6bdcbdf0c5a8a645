"""Prints what scripts/weeks measured: python3 weeks.py RUNS"""

import json
import math
import pathlib
import re
import sys

# Two-sided 95 % quantiles of Student's t by degrees of freedom; beyond 30 the normal one is close enough.
T = [0, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
     2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042]


def read(path):
    return json.loads(path.read_text())


def slice_of(evaluation, name, metric="recall@20"):
    found = [each for each in evaluation["slices"] if each["name"] == name]
    return found[0]["metrics"].get(metric) if found else None


def shown(value):
    return "-" if value is None else f"{value:.4f}"


def main(runs):
    by_log = {}
    for path in sorted(runs.glob("*.against.json")):
        name, seed, week = re.fullmatch(r"(.*)-(\d+)-keep-(\d+)\.against\.json", path.name).groups()
        by_log.setdefault(name, []).append((int(week), int(seed), path))
    for name, rows in by_log.items():
        print(f"\n{name}")
        print("week seed  continued  nothing  difference  verdict    cosine  nearest kept  time  tail   cold")
        weekly, times = {}, []
        for week, seed, path in sorted(rows):
            judged = read(path)
            pair = next(each for each in judged["pairs"] if each["metric"] == "recall@20")
            ours = read(runs / f"{name}-{seed}-keep-{week}.json")
            other = read(runs / f"{name}-{seed}-nothing-{week}.json")
            drift = ours["from"]["drift"]
            value = judged["metrics"]["recall@20"]
            share = ours["trainSeconds"] / other["trainSeconds"]
            times.append(share)
            weekly.setdefault(week, []).append((value, value - pair["difference"]))
            verdict = pair["verdict"] + (" (not worse)" if pair["verdict"] == "undecided" and pair["notWorse"] else "")
            print(f"{week:4} {seed:4}  {value:9.4f} {value - pair['difference']:8.4f} {pair['difference']:+11.4f}  "
                  f"{verdict:9} {drift['meanCosine']:7.3f} {drift['neighboursKept']:12.1%} {share:6.0%} "
                  f"{shown(slice_of(judged, 'items:tail'))} {shown(slice_of(judged, 'items:cold'))}")
        # Weeks are the sample; seeds are averaged within each.
        ours = [sum(x for x, _ in week) / len(week) for week in weekly.values()]
        other = [sum(y for _, y in week) / len(week) for week in weekly.values()]
        base = sum(other) / len(other)
        relative = [(x - y) / base for x, y in zip(ours, other)]
        n = len(relative)
        mean = sum(relative) / n
        line = f"{name}: {n} weeks, recall@20 {sum(ours) / n:.4f} against {base:.4f}, {mean:+.2%}"
        if n > 1:
            error = math.sqrt(sum((x - mean) ** 2 for x in relative) / (n - 1) / n)
            half = (T[n - 1] if n <= 31 else 1.96) * error
            line += f", 95 % interval over weeks {mean - half:+.2%} .. {mean + half:+.2%}"
        print(line + f"; training time {sum(times) / len(times):.0%}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))

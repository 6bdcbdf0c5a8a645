"""
Sums up what scripts/weeks measured: python3 weeks.py OUT NAME writes OUT/NAME.tsv and prints the means with their intervals.

The program's own comparison (compare, package eval.comparison) takes seeds and users for samples and has one split. Here every week
has a split, and users, of its own, and weeks are a third kind of sample, which it does not know; so the interval over all three is
computed here. The metrics of each user are the program's.
"""

import collections
import json
import math
import pathlib
import re
import sys

# Two-sided 95 % quantiles of Student's t by degrees of freedom; beyond 30 the normal one is close enough.
T = [0, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
     2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042]


def mean(values):
    values = [each for each in values if not math.isnan(each)]
    return sum(values) / len(values) if values else math.nan


def clustered(cells, weights, key):
    """The variance of a weighted mean of cells that are alike within what key names, and how many such there are."""
    centre = sum(weight * value for weight, value in zip(weights, cells.values()))
    sums = collections.defaultdict(float)
    for (where, value), weight in zip(cells.items(), weights):
        sums[key(where)] += weight * (value - centre)
    n = len(sums)
    return n / (n - 1) * sum(each ** 2 for each in sums.values()), n


def interval(cells):
    """
    Mean and 95 % interval of differences by (week, seed, user), every week and seed counting the same. Weeks, users and seeds
    are all samples: the variance over users is added to that over weeks and that over seeds, less what two of them share
    (Cameron, Gelbach and Miller 2011), and is never below the largest of the three; the degrees of freedom are those of the
    kind with the largest share.
    """
    rows = collections.Counter((week, seed) for week, seed, _ in cells)
    weights = [1 / rows[week, seed] / len(rows) for week, seed, _ in cells]
    centre = sum(weight * value for weight, value in zip(weights, cells.values()))
    kinds = {"weeks": clustered(cells, weights, lambda at: at[0]), "seeds": clustered(cells, weights, lambda at: at[1]),
             "users": clustered(cells, weights, lambda at: at[2])}
    shared = [clustered(cells, weights, key)[0] for key in (lambda at: at[:2], lambda at: at[1:], lambda at: (at[0], at[2]))]
    alone = clustered(cells, weights, lambda at: at)[0]
    largest = max(kinds, key=lambda kind: kinds[kind][0])
    variance = max(kinds[largest][0], sum(each for each, _ in kinds.values()) - sum(shared) + alone)
    # Three seeds tell little of their variance, so few freedoms count where it is the largest.
    freedom = kinds[largest][1] - 1
    return centre, math.sqrt(variance), freedom, largest


def quantile(freedom):
    return T[freedom] if freedom < len(T) else 1.96


# One-sided 95 %, for "not worse by a margin".
ONE = [0, 6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753, 1.746,
       1.740, 1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703, 1.701, 1.699, 1.697]


def one_sided(freedom):
    return ONE[freedom] if freedom < len(ONE) else 1.645


def main(out, name):
    runs = out / "runs"
    header = ("log week seed continued nothing difference% users cosine nearest cpu-continued cpu-nothing known-continued "
              "known-nothing new-continued new-nothing new-users").split()
    table, cells = [], {}
    for path in sorted(runs.glob(f"{name}-*.tsv")):
        seed, week = map(int, re.fullmatch(name + r"-(\d+)-(\d+)\.tsv", path.name).groups())
        users = [line.split("\t") for line in path.read_text().splitlines()]
        columns = [[float(user[at]) for user in users] for at in range(1, 7)]
        ours, other = (json.loads((runs / f"{name}-{seed}-{kind}-{week}.json").read_text()) for kind in ("keep", "nothing"))
        for user in users:
            cells[week, seed, user[0]] = float(user[1]) - float(user[2])
        means = [mean(column) for column in columns]
        drift = ours["from"]["drift"]
        table.append([name, week, seed, means[0], means[1], 100 * (means[0] / means[1] - 1), len(users), drift["meanCosine"],
                      drift["neighboursKept"], ours["cpuSeconds"], other["cpuSeconds"], *means[2:],
                      sum(not math.isnan(each) for each in columns[4])])
    table.sort(key=lambda row: (row[1], row[2]))
    shown = lambda each: f"{each:.6g}" if isinstance(each, float) else str(each)
    lines = ["\t".join(header)] + ["\t".join(map(shown, row)) for row in table]
    (out / f"{name}.tsv").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))
    base = mean([row[4] for row in table])
    centre, error, freedom, largest = interval(cells)
    half = quantile(freedom) * error
    print(f"\n{name}: {len(set(row[1] for row in table))} weeks, {len(set(row[2] for row in table))} seeds, "
          f"{len(set(user for *_, user in cells))} users: recall@20 {mean([row[3] for row in table]):.4f} continued, {base:.4f} "
          f"from nothing: {centre / base:+.2%}, 95 % interval {(centre - half) / base:+.2%} .. {(centre + half) / base:+.2%} "
          f"(most of it from {largest}); a loss of 1 % or more is {'' if (centre - one_sided(freedom) * error) / base > -0.01 else 'not '}"
          f"ruled out at 5 % (from {(centre - one_sided(freedom) * error) / base:+.2%})")
    print(f"processor time of training {sum(row[9] for row in table) / sum(row[10] for row in table):.1%}; mean cosine "
          f"{mean([row[7] for row in table]):.4f}, nearest items kept {mean([row[8] for row in table]):.1%}")
    print("recall@20, continued / from nothing: known items {:.4f} / {:.4f}, new items {:.4f} / {:.4f}".format(
        *(mean([row[at] for row in table]) for at in (11, 12, 13, 14))))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2])

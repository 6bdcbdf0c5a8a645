"""Trains the two-tower model of two_tower.py on a twotower data set, with shuffled rows, as one does
in PyTorch, and prints recall against the seconds spent training as a JSON document.

Id towers, in-batch softmax over all pairs of rows with the identity mask, log q correction by
training counts, row-wise Adagrad on the embedding rows of the batch. After each epoch the validation
split is ranked in full; that time is not counted.
"""

import argparse
import glob
import json
import os
import sys
import time


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/time-to-recall", description=__doc__)
    parser.add_argument("--data", required=True, help="a data set directory")
    parser.add_argument("--batch-size", type=int, default=1024)
    parser.add_argument("--dim", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--patience", type=int, default=2)
    parser.add_argument("--temperature", type=float, default=0.2)
    parser.add_argument("--table-learning-rate", type=float, default=0.2)
    parser.add_argument("--gradient", default="sparse", choices=["sparse", "dense"])
    parser.add_argument("--rank-seen", action="store_true", help="rank what users had before, too")
    parser.add_argument("--users", type=int, default=0, help="rank a sample of users, another than twotower's; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=0)
    return parser.parse_args()


args = arguments()
if args.threads:
    os.environ["OMP_NUM_THREADS"] = str(args.threads)

import numpy  # noqa: E402
import pyarrow.ipc  # noqa: E402
import torch  # noqa: E402
from torch.nn import functional as F  # noqa: E402
from torch.utils.data import BatchSampler, DataLoader, Dataset, RandomSampler  # noqa: E402

import two_tower  # noqa: E402

two_tower.TABLE_LEARNING_RATE = args.table_learning_rate
if args.threads:
    torch.set_num_threads(args.threads)
torch.manual_seed(args.seed)


def split(name):
    """Users and items of a split's rows."""
    tables = [
        pyarrow.ipc.open_file(pyarrow.memory_map(path)).read_all()
        for path in sorted(glob.glob(os.path.join(args.data, f"interactions/part-{name}-*.arrow")))
    ]
    if any("weight" in table.column_names for table in tables):
        sys.exit(f"{args.data} has row weights, which this loss does not know; import it without")
    column = lambda key: numpy.concatenate([table[key].to_numpy() for table in tables])
    return torch.from_numpy(column("user").astype("int64")), torch.from_numpy(
        column("item").astype("int64")
    )


class Rows(Dataset):
    """Whole batches at once: the fastest way to feed a DataLoader."""

    def __init__(self, users, items):
        self.users, self.items = users, items

    def __len__(self):
        return len(self.users)

    def __getitem__(self, rows):
        rows = torch.as_tensor(rows)
        return self.users[rows], self.items[rows]


def loss_of(x, y, items, log_q):
    logits = (x / args.temperature) @ y.T - log_q[items][None, :]
    removed = items[:, None] == items[None, :]
    removed.fill_diagonal_(False)
    logits = logits.masked_fill_(removed, float("-inf"))
    return F.cross_entropy(logits, torch.arange(len(x)))


def groups(users, items):
    """The items of each user."""
    order = torch.argsort(users, stable=True)
    ids, counts = torch.unique_consecutive(users[order], return_counts=True)
    return dict(zip(ids.tolist(), torch.split(items[order], counts.tolist())))


def recall(model, ranked, relevant, seen, k=20):
    """Mean recall@k over users, the whole catalogue ranked."""
    y = F.normalize(model.items.weight.detach(), dim=1)
    total = 0.0
    for batch in torch.split(ranked, 1024):
        scores = F.normalize(model.users.weight.detach()[batch], dim=1) @ y.T
        if not args.rank_seen:
            for row, user in enumerate(batch.tolist()):
                if user in seen:
                    scores[row, seen[user]] = float("-inf")
        top = scores.topk(k, dim=1).indices
        for row, user in enumerate(batch.tolist()):
            wanted = relevant[user]
            total += torch.isin(wanted, top[row]).double().mean().item()
    return total / len(ranked)


def main():
    users, items = split("train")
    later_users, later_items = split("validation")
    seen = groups(users, items)
    relevant = {
        user: wanted
        for user, wanted in (
            (user, torch.unique(rows)) for user, rows in groups(later_users, later_items).items()
        )
    }
    if not args.rank_seen:
        relevant = {
            user: wanted[~torch.isin(wanted, seen[user])] if user in seen else wanted
            for user, wanted in relevant.items()
        }
    ranked = torch.tensor([user for user, wanted in relevant.items() if len(wanted)])
    if args.users and args.users < len(ranked):
        ranked = ranked[torch.randperm(len(ranked), generator=torch.Generator().manual_seed(0))]
        ranked = ranked[: args.users]
    with open(os.path.join(args.data, "dataset.json")) as file:
        counts = json.load(file)["counts"]
    model = two_tower.TwoTower(
        counts["users"], counts["items"], args.dim, [], 0, args.gradient == "sparse"
    )
    # As in twotower: ids without a training row have no place of their own.
    with torch.no_grad():
        for table, ids in ((model.users, users), (model.items, items)):
            table.weight[torch.bincount(ids, minlength=len(table.weight)) == 0] = 0
    tables = two_tower.RowwiseAdagrad(model.tables())
    n = torch.bincount(items, minlength=counts["items"]).double()
    log_q = torch.log(n.clamp(min=1) / len(items)).float()
    rows = Rows(users, items)
    sampler = BatchSampler(RandomSampler(rows), args.batch_size, drop_last=False)
    loader = DataLoader(
        rows, sampler=sampler, batch_size=None, num_workers=1, persistent_workers=True
    )
    points, spent, steps, best, since = [], 0.0, 0, -1.0, 0
    for _ in range(args.epochs):
        start = time.perf_counter()
        for batch_users, batch_items in loader:
            x = F.normalize(model.users(batch_users), dim=1)
            y = F.normalize(model.items(batch_items), dim=1)
            loss = loss_of(x, y, batch_items, log_q)
            loss.backward()
            tables.step()
            tables.zero_grad()
            loss.item()
            steps += 1
        spent += time.perf_counter() - start
        value = recall(model, ranked, relevant, seen)
        points.append({"step": steps, "seconds": spent, "value": value})
        best, since = (value, 0) if value > best else (best, since + 1)
        if args.patience and since >= args.patience:
            break
    print(json.dumps({"engine": f"torch {torch.__version__} eager", "points": points}))


if __name__ == "__main__":
    main()

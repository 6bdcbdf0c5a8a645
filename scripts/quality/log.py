"""A data set directory as the peers see it, and the validation recall that they are tuned on."""

import json
import os

import numpy
import pyarrow
import pyarrow.ipc
import scipy.sparse

CHUNK = 1024
K = 20


class Log:
    """Training rows as counts of (user, item), and the validation rows.

    Test rows are never read here: peers are judged on them by twotower alone.
    """

    def __init__(self, folder, rank_seen):
        with open(os.path.join(folder, "dataset.json"), encoding="utf-8") as file:
            manifest = json.load(file)
        self.users = manifest["counts"]["users"]
        self.items = manifest["counts"]["items"]
        self.user_ids = ids(folder, "users")
        self.item_ids = ids(folder, "items")
        self.train = self.counts(folder, manifest, "train")
        self.popularity = numpy.asarray(self.train.sum(axis=0)).ravel()
        self.known_users = numpy.diff(self.train.indptr) > 0
        self.known_items = self.popularity > 0
        relevant = (self.counts(folder, manifest, "validation") > 0).astype(numpy.float32)
        self.seen = None if rank_seen else (self.train > 0).astype(numpy.float32)
        if self.seen is not None:
            relevant = relevant - relevant.multiply(self.seen)
            relevant.eliminate_zeros()
        self.relevant = relevant.tocsr()
        self.evaluated = numpy.flatnonzero(numpy.diff(self.relevant.indptr))

    def counts(self, folder, manifest, split):
        rows = [table(os.path.join(folder, file["path"])) for file in manifest["files"] if file["split"] == split]
        user = numpy.concatenate([each["user"].to_numpy() for each in rows])
        item = numpy.concatenate([each["item"].to_numpy() for each in rows])
        ones = numpy.ones(len(user), numpy.float32)
        return scipy.sparse.csr_matrix((ones, (user, item)), shape=(self.users, self.items))

    def recall(self, users, items):
        """Mean recall@20 over the users of the validation split, ranked as twotower does.

        Users and items without training rows have no vector, whatever the peer gave them.
        """
        total = 0.0
        for start in range(0, len(self.evaluated), CHUNK):
            some = self.evaluated[start:start + CHUNK]
            scores = users[some] @ items.T
            scores[~self.known_users[some]] = self.popularity
            scores[:, ~self.known_items] = -numpy.inf
            if self.seen is not None:
                scores[self.seen[some].nonzero()] = -numpy.inf
            k = min(K, self.items)
            top = numpy.argpartition(-scores, k - 1, axis=1)[:, :k]
            relevant = self.relevant[some]
            hits = numpy.asarray(relevant[numpy.arange(len(some))[:, None], top].sum(axis=1)).ravel()
            total += (hits / numpy.diff(relevant.indptr)).sum()
        return total / len(self.evaluated)

    def save(self, folder, users, items):
        """The vectors as `twotower evaluate --vectors` reads them."""
        os.makedirs(folder, exist_ok=True)
        write(folder, "users", users[self.known_users], self.user_ids, self.known_users)
        write(folder, "items", items[self.known_items], self.item_ids, self.known_items)


def write(folder, name, vectors, every_id, known):
    numpy.save(os.path.join(folder, name + ".npy"), numpy.ascontiguousarray(vectors, numpy.float32))
    with open(os.path.join(folder, name + ".ids.json"), "w", encoding="utf-8") as file:
        json.dump([each for each, there in zip(every_id, known) if there], file)


def table(path):
    with pyarrow.memory_map(path) as source:
        return pyarrow.ipc.open_file(source).read_all()


def ids(folder, name):
    return table(os.path.join(folder, name + ".arrow"))["id"].to_pylist()

"""Loads a trained run into PyTorch: both towers, and what they read of every user and item.

The towers are made from the run's config.yaml and model/weights.safetensors, their inputs from the
data set. Users are as of the test split, in their last request before it, as 'twotower export' has
them. With --vectors, the folder that 'twotower export --format safetensors' wrote, the vectors are
compared; a difference of more than 1e-6 is a failure. Needs torch, numpy, safetensors, pyarrow and
pyyaml. Runs that continue another (train --from), category features and towers of your own are
refused: export their vectors.
"""

import argparse
import glob
import json
import os
import sys

import numpy
import pyarrow
import torch
import yaml
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F

from helptext import Formatter

SIDES = ("user", "item")
CONTEXT = "context."  # begins the names of features of requests
GAPS = 65  # codes of gaps in time: 0 unknown, 1 none, then one for each number of bits


def key(table):
    return table.replace(".", "/")  # modules have no dots in their names


def features(side, config):
    """The tower's features in order: the name, its embedding table, how bags are pooled."""
    found = {}
    for feature in config[side]["features"]:
        feature = {"name": feature} if isinstance(feature, str) else feature
        name = feature["name"]
        found[name] = (feature.get("table") or (side if name == "id" else f"{side}.{name}"), "mean")
    history = config["user"]["history"]
    if side == "user" and history["length"] > 0:
        found["history"] = (history["table"], history["pooling"])
    return found


def positives(config):
    """Kinds of feedback that the user wants the item of, in the order of their codes, from 1 on."""
    kinds = (kind for kind, use in (config.get("events") or {}).items() if not isinstance(use, str))
    return sorted(kinds, key=lambda kind: kind.encode("utf-16-be"))


def codes_of_places(config):
    """What a transformer reads of the places of a history beside their items: how many codes each has."""
    history = config["user"]["history"]
    sizes = {"gaps": GAPS, "events": len(positives(config)) + 1}
    return {name: size for name, size in sizes.items() if history.get(name)}


class Dense:
    """The flat tensor 'dense', taken part by part: the user tower's, then the item tower's."""

    def __init__(self, flat):
        self.flat, self.at = flat.flatten(), 0

    def take(self, *shape):
        start, self.at = self.at, self.at + int(numpy.prod(shape))
        return nn.Parameter(self.flat[start : self.at].reshape(shape).clone())

    def fill(self, layer):
        layer.weight, layer.bias = self.take(*layer.weight.shape), self.take(*layer.bias.shape)
        return layer


class TransformerLayer(nn.Module):
    """Attention and two linear layers, a LayerNorm before each; what they give is added to base."""

    def __init__(self, width, heads, dense):
        super().__init__()
        self.heads = heads
        square = lambda bias: nn.Linear(width, width, bias)  # noqa: E731
        self.norm, self.inner_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.key, self.value, self.output = (square(False) for _ in range(4))
        self.inner, self.outer = square(True), square(True)
        dense.fill(self.norm)
        for linear in (self.query, self.key, self.value, self.output):
            linear.weight = dense.take(width, width)
        for layer in (self.inner_norm, self.inner, self.outer):
            dense.fill(layer)

    def forward(self, base, asking, seen, closed):
        split = lambda rows: rows.unflatten(2, (self.heads, -1)).transpose(1, 2)  # noqa: E731
        asking, seen = self.norm(asking), self.norm(seen)
        queries, keys, values = split(self.query(asking)), split(self.key(seen)), split(self.value(seen))
        shares = (queries @ keys.transpose(2, 3) / keys.shape[3] ** 0.5 - 1e9 * closed).softmax(3)
        attended = base + self.output((shares @ values).transpose(1, 2).flatten(2))
        return attended + self.outer(self.inner(self.inner_norm(attended)).relu())


class TransformerPooling(nn.Module):
    """A history, newest first: the mean of its places, and what the newest one reads of them."""

    def __init__(self, history, sizes, width, dense):
        super().__init__()
        self.positions = dense.take(history["length"], width)
        self.codes = nn.ParameterList(dense.take(size, width) for size in sizes)
        self.layers = nn.ModuleList(
            TransformerLayer(width, history["heads"], dense) for _ in range(history["layers"])
        )

    def forward(self, vectors, used, codes):
        x = vectors + self.positions[: vectors.shape[1]]
        for added, code in zip(self.codes, codes):
            x = x + added[code]
        unused = 1 - used[:, None, None, :, 0]
        newer = torch.ones(x.shape[1], x.shape[1]).tril(-1)
        for layer in self.layers[:-1]:
            x = layer(x, x, x, unused + newer)
        mean = (x * used).sum(1, True) / used.sum(1, True).clamp(min=1)
        return (self.layers[-1](mean, x[:, :1], x, unused) * used[:, :1])[:, 0]


class Tower(nn.Module):
    """Features, hidden layers with LayerNorm and ReLU, unit vectors.

    Inputs, by feature: rows of its table (n), bags of rows that end with -1 (n x length), the same with
    codes of gaps and of kinds of feedback beside them (n x length x 2 or 3), or numbers (n x width). The last row of a table is read for ids and codes that training did not meet.
    """

    def __init__(self, side, config, tables, dense, inputs):
        super().__init__()
        self.features, self.tables = features(side, config), tables
        widths = [
            value.shape[1] if value.is_floating_point() else tables[key(self.features[name][0])].embedding_dim
            for name, value in inputs.items()
        ]
        poolings = [pooling for _, pooling in self.features.values()]
        self.query = dense.take(widths[-1]) if "attention" in poolings else None
        history = config["user"]["history"]
        pooled = "transformer" in poolings
        self.pooling = TransformerPooling(history, list(codes_of_places(config).values()), widths[-1], dense) if pooled else None
        hidden, dim, layers = config[side]["hidden"], config["dim"], []
        embedded = not any(value.is_floating_point() for value in inputs.values())
        if hidden or not embedded or any(width != dim for width in widths):
            width = sum(widths)
            for units in hidden:
                layers += [dense.fill(nn.Linear(width, units)), dense.fill(nn.LayerNorm(units)), nn.ReLU()]
                width = units
            layers.append(dense.fill(nn.Linear(width, dim)))
        self.layers = nn.Sequential(*layers)

    def forward(self, inputs):
        arrays = [self.array(name, value) for name, value in inputs.items()]
        return F.normalize(self.layers(torch.cat(arrays, 1)) if len(self.layers) else sum(arrays), dim=1)

    def array(self, name, value):
        if value.is_floating_point():
            return value
        table, pooling = self.features[name]
        value, codes = (value[:, :, 0], value.unbind(2)[1:]) if value.ndim == 3 else (value, ())
        vectors = self.tables[key(table)](value.clamp(min=0))
        if value.ndim == 1:
            return vectors
        used = (value >= 0).float()[:, :, None]
        if pooling == "transformer":
            return self.pooling(vectors, used, codes)
        if pooling == "attention":
            scores = vectors @ self.query[:, None] / len(self.query) ** 0.5
            return (vectors * (scores - 1e9 * (1 - used)).softmax(1) * used).sum(1)
        return (vectors * used).sum(1) / used.sum(1).clamp(min=1)


def arrow(*path):
    return pyarrow.ipc.open_file(pyarrow.memory_map(os.path.join(*path))).read_all()


class Inputs:
    """What the towers read of a data set directory."""

    def __init__(self, data, config, tables):
        self.data, self.config, self.tables = data, config, tables
        self.entities = {side: arrow(data, side + "s.arrow") for side in SIDES}
        with open(os.path.join(data, "dataset.json")) as file:
            schema = json.load(file)["schema"]
        self.kinds = {side: {each["name"]: each["kind"].lower() for each in schema[side + "Features"]} for side in SIDES}
        self.contexts = {each["name"]: each for each in schema["context"]}
        self.lists = {each["name"]: number for number, each in enumerate(schema.get("contextLists", []))}
        self.of_requests = [
            name.removeprefix(CONTEXT)
            for name in features("user", config)
            if name.startswith(CONTEXT) and name not in self.kinds["user"]
        ]
        self.kind_codes = self.codes_of_kinds()
        self.train = self.rows(*config["trainOn"].split("+"))
        self.trained = {
            side: numpy.bincount(self.train[side], minlength=len(self.entities[side])) > 0 for side in SIDES
        }

    def codes_of_kinds(self):
        """By what rows have for their kind of feedback, the place among the positives, from 1 on; 0 for rows that are none."""
        kinds = positives(self.config)
        if not kinds:
            return None
        column = self.contexts["event"]
        first, texts = column["vocabularyStart"], arrow(self.data, "vocabulary.arrow")["text"]
        texts = texts[first : first + column["cardinality"]].to_pylist()
        return numpy.array([0] + [1 + kinds.index(text) if text in kinds else 0 for text in texts[1:]])

    def rows(self, *splits):
        """Rows of splits, those of positives where the run says which they are."""
        names = ["user", "item", "request", "time", *(CONTEXT + name for name in self.of_requests)]
        if self.kind_codes is not None and CONTEXT + "event" not in names:
            names.append(CONTEXT + "event")
        found = {name: [numpy.zeros(0, numpy.int64)] for name in names}
        for split in splits:
            files = glob.glob(os.path.join(self.data, f"interactions/part-{split}-*.arrow"))
            for file in sorted(files, key=lambda name: int(name.rsplit("-", 1)[1].split(".")[0])):
                part = arrow(file)
                for name in names:
                    found[name].append(part[name].to_numpy())
        rows = {name: numpy.concatenate(parts) for name, parts in found.items()}
        rows["event"] = numpy.zeros(len(rows["user"]), int)
        if self.kind_codes is not None:
            rows["event"] = self.kind_codes[rows[CONTEXT + "event"]]
            rows = {name: values[rows["event"] > 0] for name, values in rows.items()}
        return rows

    def of(self, side):
        return {name: self.feature(side, name, table) for name, (table, _) in features(side, self.config).items()}

    def feature(self, side, name, table):
        if name == "id":
            return self.known([[row] for row in range(len(self.entities[side]))], self.trained[side], table)[:, 0]
        if name == "history":
            items, codes = self.histories()
            rows = self.known(items, self.past_items(table), table)
            read = [self.filled(codes[name], rows.shape) for name in codes_of_places(self.config)]
            return torch.stack([rows, *read], 2) if read else rows
        if side == "user" and name.removeprefix(CONTEXT) in self.of_requests:
            return self.of_last_request(name.removeprefix(CONTEXT), table)
        if name not in self.kinds[side]:
            sys.exit(f"load_run: feature '{name}' of the {side} tower is none of the data set's columns; export the vectors")
        kind, column = self.kinds[side][name], self.entities[side]["feature." + name]
        if kind == "numeric":
            values = column.to_numpy()
            return self.standardised(values, values)
        values = column.to_pylist()
        if kind == "vector":
            return torch.tensor(values, dtype=torch.float32)
        bags = values if kind == "multi" else [[code] for code in values]
        found = self.known(bags, self.met_codes(side, bags, table), table)
        return found if kind == "multi" else found[:, 0]

    def standardised(self, values, over):
        """Numbers by mean and deviation of others, and whether they are missing."""
        values, over = values.astype(numpy.float32).astype(float), over.astype(numpy.float32).astype(float)
        there, over = ~numpy.isnan(values), over[~numpy.isnan(over)]
        mean, deviation = (over.mean(), over.std()) if len(over) else (0, 0)
        scaled = numpy.where(there, (values - mean) / (deviation or 1), 0)
        return torch.from_numpy(numpy.stack([scaled, ~there], 1)).float()

    def of_last_request(self, name, table):
        """A context column as each user's last request before the test rows has it."""
        last = {}
        for split in ("validation", "train"):
            rows = self.rows(split)
            for user, time, value in list(zip(rows["user"], rows["time"], rows[CONTEXT + name]))[::-1]:
                if user not in last or time > last[user][0]:
                    last[user] = (time, value)
        missing = (0, float("nan") if self.contexts[name]["numeric"] else 0)
        values = numpy.array([last.get(user, missing)[1] for user in range(len(self.entities["user"]))])
        _, first = numpy.unique(self.train["request"], return_index=True)
        trained = self.train[CONTEXT + name][first]
        if self.contexts[name]["numeric"]:
            return self.standardised(values, trained)
        bags = [[code] for code in range(self.contexts[name]["cardinality"])]
        if name in self.lists:
            bags = arrow(self.data, f"context-lists-{self.lists[name]}.arrow")["feature." + name].to_pylist()
        met = numpy.zeros(self.tables[key(table)].num_embeddings, bool)
        met[[code for bag in set(trained) for code in bags[bag]]] = True
        found = self.known([bags[code] for code in values], met, table)
        return found if name in self.lists else found[:, 0]

    def known(self, bags, known, table):
        """Bags as rows of their table, the last one for what training did not meet, -1 where they end."""
        unknown = self.tables[key(table)].num_embeddings - 1
        found = numpy.full((len(bags), max(1, max(map(len, bags)))), -1)
        for into, bag in zip(found, bags):
            into[: len(bag)] = [row if known[row] else unknown for row in bag]
        return torch.from_numpy(found)

    def filled(self, bags, shape):
        """Codes of places, 0 where a bag has none."""
        codes = numpy.zeros(shape, int)
        for into, bag in zip(codes, bags):
            into[: len(bag)] = bag
        return torch.from_numpy(codes)

    def met_codes(self, side, bags, table):
        """Codes of users and items with training rows; extra negatives show all items."""
        tree = self.config["tree"]
        every = side == "item" and (self.config["loss"]["uniform"] > 0 or tree["lambda"] > 0 and tree["coEngagement"] < 1)
        met = numpy.zeros(self.tables[key(table)].num_embeddings, bool)
        for bag, trained in zip(bags, self.trained[side]):
            if trained or every:
                met[bag] = True
        return met

    def past_items(self, table):
        """Items that histories could hold in training, where their table is not that of the items' ids."""
        if ("id", (table, "mean")) in features("item", self.config).items():
            return self.trained["item"]
        rows, begins, last = self.train, {}, {}
        for request, time in zip(rows["request"], rows["time"]):
            begins.setdefault(request, time)
        for user, request in zip(rows["user"], rows["request"]):
            last[user] = max(last.get(user, begins[request]), begins[request])
        past = numpy.zeros(len(self.entities["item"]), bool)
        past[[item for user, item, time in zip(rows["user"], rows["item"], rows["time"]) if time < last[user]]] = True
        return past

    def histories(self):
        """Each user's items before its first test row, newest first, and by what is read of their places its codes."""
        test, earlier = self.rows("test"), self.rows("train", "validation")
        first = {}
        for user, time in zip(test["user"], test["time"]):
            first[user] = min(first.get(user, time), time)
        past = [[] for _ in range(len(self.entities["user"]))]
        for user, item, time, event in zip(*(earlier[name] for name in ("user", "item", "time", "event"))):
            if user not in first or time < first[user]:
                past[user].append((time, item, event))
        # A stable sort: of rows of one time, validation rows are newer, and those stored later.
        length = self.config["user"]["history"]["length"]
        past = [sorted(rows, key=lambda row: row[0])[::-1][:length] for rows in past]
        items = [[item for _, item, _ in rows] for rows in past]
        gaps = [[1 + int(rows[0][0] - time).bit_length() for time, _, _ in rows] for rows in past]
        return items, {"gaps": gaps, "events": [[event for _, _, event in rows] for rows in past]}


def load(run, data):
    """Towers and inputs of a run, by side: towers["user"](inputs["user"]) are all users' vectors."""
    with open(os.path.join(run, "config.yaml")) as file:
        config = yaml.safe_load(file)
    if os.path.exists(os.path.join(run, "from.json")):
        sys.exit("load_run: the run continues another, of which it knows users and items, too; export the vectors")
    weights = load_file(os.path.join(run, "model", "weights.safetensors"))
    tables = nn.ModuleDict({
        key(name.removeprefix("table.")): nn.Embedding.from_pretrained(rows, freeze=False)
        for name, rows in weights.items() if name != "dense"
    })
    dense = Dense(weights.get("dense", torch.zeros(0)))
    reader = Inputs(data, config, tables)
    inputs = {side: reader.of(side) for side in SIDES}
    towers = {side: Tower(side, config, tables, dense, inputs[side]) for side in SIDES}
    if dense.at != len(dense.flat):
        sys.exit(f"load_run: the towers take {dense.at} dense parameters, the run has {len(dense.flat)}: towers of its own?")
    return towers, inputs


def main():
    parser = argparse.ArgumentParser(prog="load_run.py", description=__doc__, formatter_class=Formatter)
    parser.add_argument("--run", required=True, help="a directory that train wrote")
    parser.add_argument("--data", required=True, help="its data set")
    parser.add_argument("--vectors", help="a folder that export wrote, to compare with")
    args = parser.parse_args()
    towers, inputs = load(args.run, args.data)
    worst = 0
    for side in SIDES:
        with torch.no_grad():
            vectors = towers[side](inputs[side])
        line = f"{side}s: {vectors.shape[0]} vectors of {vectors.shape[1]}"
        if args.vectors:
            exported = load_file(os.path.join(args.vectors, "vectors.safetensors"))[side + "s"]
            difference = (vectors - exported).abs().max().item()
            worst = max(worst, difference)
            line += f", at most {difference:.1e} from those exported"
        print(line)
    if worst > 1e-6:
        sys.exit(f"load_run: vectors differ by up to {worst:.1e}; allowed: 1e-06")


if __name__ == "__main__":
    main()

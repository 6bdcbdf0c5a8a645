"""The two-tower model of `twotower bench`, as one writes it in PyTorch.

Id towers with hidden layers and LayerNorm, an optional mean-pooled history that shares the item
table, in-batch softmax over all pairs of rows with identity and user masks, row-wise Adagrad on the
embedding rows of the batch, AdamW on everything else.
"""

import torch
from torch import nn
from torch.nn import functional as F

TEMPERATURE = 0.1
TABLE_LEARNING_RATE = 0.1
LEARNING_RATE = 0.001
WEIGHT_DECAY = 0.01


def masked_loss(x, y, users, items):
    """Mean cross entropy of each row's item against the batch, without same-user and same-item rows."""
    logits = (x / TEMPERATURE) @ y.T
    removed = users[:, None] == users[None, :]
    removed |= items[:, None] == items[None, :]
    removed.fill_diagonal_(False)
    logits = logits.masked_fill_(removed, float("-inf"))
    return F.cross_entropy(logits, torch.arange(len(x), device=x.device))


def head(inputs, hidden, dim):
    """A perceptron over the concatenated features; without hidden layers their sum."""
    layers = []
    for units in hidden:
        layers += [nn.Linear(inputs, units), nn.LayerNorm(units), nn.ReLU()]
        inputs = units
    return nn.Sequential(*layers, nn.Linear(inputs, dim)) if hidden else nn.Identity()


class Heads(nn.Module):
    """Everything after the embedding look-ups, loss included: what torch.compile can take whole."""

    def __init__(self, dim, hidden, history):
        super().__init__()
        self.user = head(2 * dim if history else dim, hidden, dim)
        self.item = head(dim, hidden, dim)

    def forward(self, user_vectors, item_vectors, users, items):
        x = F.normalize(self.user(user_vectors), dim=1)
        y = F.normalize(self.item(item_vectors), dim=1)
        return masked_loss(x, y, users, items)


class TwoTower(nn.Module):
    def __init__(self, users, items, dim, hidden, history, sparse):
        super().__init__()
        self.users = nn.Embedding(users, dim, sparse=sparse)
        self.items = nn.Embedding(items, dim, sparse=sparse)
        self.heads = Heads(dim, hidden, history)
        self.hidden = hidden
        self.history = history
        self.sparse = sparse
        for table in self.tables():
            nn.init.normal_(table.weight, std=dim**-0.5)

    def tables(self):
        return [self.users, self.items]

    def forward(self, users, items, history):
        user_vectors = self.users(users)
        if self.history:
            bags = F.embedding_bag(history, self.items.weight, mode="mean", sparse=self.sparse)
            if self.hidden:
                user_vectors = torch.cat([user_vectors, bags], dim=1)
            else:
                user_vectors = user_vectors + bags
        return self.heads(user_vectors, self.items(items), users, items)


class RowwiseAdagrad:
    """One accumulator a row; touches the batch's rows only where gradients are sparse."""

    def __init__(self, tables):
        self.weights = [table.weight for table in tables]
        self.sums = [torch.zeros(len(weight), device=weight.device) for weight in self.weights]

    @torch.no_grad()
    def step(self):
        for weight, sums in zip(self.weights, self.sums):
            if weight.grad.is_sparse:
                gradient = weight.grad.coalesce()
                rows, values = gradient.indices()[0], gradient.values()
                total = sums[rows].add_(values.square().mean(dim=1))
                sums[rows] = total
                values = values.div_((total.sqrt_() + 1e-10)[:, None])
                weight.index_add_(0, rows, values, alpha=-TABLE_LEARNING_RATE)
            else:
                sums += weight.grad.square().mean(dim=1)
                weight.addcdiv_(
                    weight.grad, (sums.sqrt() + 1e-10)[:, None], value=-TABLE_LEARNING_RATE
                )

    def zero_grad(self):
        for weight in self.weights:
            weight.grad = None

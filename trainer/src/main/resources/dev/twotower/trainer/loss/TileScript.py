class TileScript(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Columns of a tile: scores times "scale", plus the columns' biases. A chunk's bounds are those of its columns, and
  # of the places in them: slots, zeros, overrides.
  def scores(self: __torch__.TileScript, x: Tensor, y: Tensor, bias: Tensor, scale: float, e: Tensor, bounds: List[int]) -> int:
    start = bounds[0]
    end = bounds[1]
    torch.addmm(bias[start:end], x, torch.t(y[start:end]), alpha=scale, out=e[:, start:end])
    return 0

  # The same as powers of 2, settled while they are at hand.
  def powers(self: __torch__.TileScript, x: Tensor, y: Tensor, bias: Tensor, scale: float, e: Tensor, places: List[Tensor], at: Tensor, parts: Tensor, bounds: List[int], chunk: int) -> int:
    self.scores(x, y, bias, scale, e, bounds)
    e[:, bounds[0]:bounds[1]].exp2_()
    self.settle(e, places, at, parts, bounds, chunk)
    return 0

  # Exponentials of columns: those of positives go to their slots, what masks leave of others stays, and all are summed.
  # Places: slots and where they lie in the tile, zeros, overrides and their factors.
  def settle(self: __torch__.TileScript, e: Tensor, places: List[Tensor], at: Tensor, parts: Tensor, bounds: List[int], chunk: int) -> int:
    flat = torch.view(e, [-1])
    if bounds[3] > bounds[2]:
      torch.view(at, [-1]).index_copy_(0, places[0][bounds[2]:bounds[3]], torch.take(flat, places[1][bounds[2]:bounds[3]]))
    if bounds[7] > bounds[6]:
      changed = places[3][bounds[6]:bounds[7]]
      flat.index_copy_(0, changed, torch.take(flat, changed).mul_(places[4][bounds[6]:bounds[7]]))
    flat.index_fill_(0, places[2][bounds[4]:bounds[5]], 0.)
    torch.sum(e[:, bounds[0]:bounds[1]], [1], out=parts[chunk])
    return 0

  # For each place the sum of the others in its row, never a difference: a product with a matrix of ones whose diagonal
  # is 0, where there is one, or sums before and after the place.
  def exclusive(self: __torch__.TileScript, rectangle: Tensor, others: List[Tensor]) -> Tensor:
    width = rectangle.size(1)
    if width == 1:
      result = torch.zeros_like(rectangle)
    else:
      if torch.len(others) > 0:
        result = torch.mm(rectangle, others[0])
      else:
        turned = torch.flip(rectangle, [1])
        none = torch.zeros_like(rectangle[:, 0:1])
        before = torch.cumsum(torch.cat([none, rectangle[:, 0:width - 1]], 1), 1)
        after = torch.cumsum(torch.cat([none, turned[:, 0:width - 1]], 1), 1)
        result = torch.add(before, torch.flip(after, [1]))
    return result

  # The logit of each positive at its own anchors, from that of its column where that is given.
  def ownLogit(self: __torch__.TileScript, at: Tensor, logits: List[Tensor], shift: Tensor) -> Tensor:
    if torch.len(logits) > 0:
      result = torch.add(logits[0], shift)
    else:
      result = torch.log(at).add_(shift)
    return result

  # What the anchors of a tile lose in all; what is asked for of each row's exponentials in the gradient; the gradient at
  # the positives. Both are multiplied by "inverse". Rectangles: own shift, others' factor, own factor, weight.
  def anchors(self: __torch__.TileScript, at: Tensor, parts: Tensor, rectangles: List[Tensor], logits: List[Tensor], leftOut: List[Tensor], ownGradient: List[Tensor], others: List[Tensor], tiny: float, inverse: float, loss: Tensor, factor: Tensor, put: Tensor) -> int:
    logit = self.ownLogit(at, logits, rectangles[0])
    negative = torch.mul(at, rectangles[1])
    own = torch.mul(at, rectangles[2])
    weight = rectangles[3]
    rest = self.exclusive(negative, others).add_(torch.unsqueeze(torch.sum(parts, [0]), 1))
    if torch.len(leftOut) == 0:
      denominator = torch.add(rest, own).add_(torch.exp(logit)).add_(tiny)
      loss.copy_(torch.sum(torch.log(denominator).sub_(logit).mul_(weight)))
      g = torch.div(weight, denominator)
      # A candidate that carries the anchor's own item (identity off) shares its column, and its gradient.
      mine = torch.mul(rest, g).neg_()
    else:
      denominator = torch.mul(torch.add(rest, own), leftOut[0]).add_(tiny)
      mean = torch.div(denominator, leftOut[1])
      learnable = torch.div(mean, torch.add(torch.exp(logit), mean)).mul_(weight)
      loss.copy_(torch.sum(torch.log(denominator).sub_(logit).mul_(learnable)))
      g = torch.mul(learnable, leftOut[0]).div_(denominator)
      mine = torch.mul(own, g).sub_(learnable)
    factor.copy_(torch.sum(g, [1], True)).mul_(inverse)
    torch.mul(self.exclusive(g, others), negative, out=put)
    put.add_(mine)
    if torch.len(ownGradient) > 0:
      put.add_(ownGradient[0])
    put.mul_(inverse)
    return 0

  # -log P of every anchor of a tile.
  def surprises(self: __torch__.TileScript, at: Tensor, parts: Tensor, rectangles: List[Tensor], logits: List[Tensor], leftOut: List[Tensor], others: List[Tensor], tiny: float, into: Tensor) -> int:
    logit = self.ownLogit(at, logits, rectangles[0])
    negatives = self.exclusive(torch.mul(at, rectangles[1]), others)
    negatives.add_(torch.unsqueeze(torch.sum(parts, [0]), 1)).add_(torch.mul(at, rectangles[2]))
    if torch.len(leftOut) > 0:
      negatives.mul_(leftOut[0]).div_(leftOut[1])
    into.copy_(negatives.add_(torch.exp(logit)).add_(tiny).log_().sub_(logit))
    return 0

  # Gradient weights of columns, and what they add to dX, a part of its own, and to their rows of dY.
  def gradients(self: __torch__.TileScript, e: Tensor, factor: Tensor, put: Tensor, places: List[Tensor], x: Tensor, y: Tensor, parts: Tensor, dy: Tensor, first: bool, bounds: List[int], chunk: int) -> int:
    start = bounds[0]
    end = bounds[1]
    g = e[:, start:end]
    g.mul_(factor)
    if bounds[3] > bounds[2]:
      torch.view(e, [-1]).index_copy_(0, places[1][bounds[2]:bounds[3]], torch.take(put, places[0][bounds[2]:bounds[3]]))
    # In doubles, factors and exponentials may lie outside what floats hold; their products do not.
    weights = torch.to(g, 6)
    torch.mm(weights, y[start:end], out=parts[chunk])
    into = dy[start:end]
    if first:
      torch.mm(torch.t(weights), x, out=into)
    else:
      into.addmm_(torch.t(weights), x)
    return 0

class TileScript(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Columns [start, end) of a tile: logits, and their exponentials where they are bounded.
  def scores(self: __torch__.TileScript, scaled: Tensor, biased: Tensor, e: Tensor, bounded: bool, start: int, end: int) -> int:
    into = e[:, start:end]
    torch.mm(scaled, biased[:, start:end], out=into)
    if bounded:
      into.exp_()
    return 0

  def sums(self: __torch__.TileScript, e: Tensor, into: Tensor, chunk: int, start: int, end: int) -> int:
    torch.sum(e[:, start:end], [1], out=into[chunk])
    return 0

  # Gradient weights of columns [start, end), and what they add to dX, a part of its own, and to their rows of dY.
  def gradients(self: __torch__.TileScript, e: Tensor, factor: Tensor, x: Tensor, y: Tensor, parts: Tensor, dy: Tensor, first: bool, chunk: int, start: int, end: int) -> int:
    g = e[:, start:end]
    g.mul_(factor)
    torch.mm(g, y[start:end], out=parts[chunk])
    into = dy[start:end]
    if first:
      torch.mm(torch.t(g), x, out=into)
    else:
      into.addmm_(torch.t(g), x)
    return 0

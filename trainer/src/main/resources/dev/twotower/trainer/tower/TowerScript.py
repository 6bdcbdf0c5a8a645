class TowerScript(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Rows [start, end) of what a batch reads from a table.
  def gather(self: __torch__.TowerScript, table: Tensor, rows: Tensor, leaf: Tensor, start: int, end: int) -> int:
    torch.index_select(table, 0, rows[start:end], out=leaf[start:end])
    return 0

  # Places a feature's vectors in columns of the head's input, or adds them to what is there.
  def place(self: __torch__.TowerScript, values: Tensor, x: Tensor, column: int, add: bool, start: int, end: int) -> int:
    into = torch.slice(x[start:end], 1, column, column + values.size(1))
    if add:
      into.add_(values)
    else:
      into.copy_(values)
    return 0

  def single(self: __torch__.TowerScript, leaf: Tensor, numbers: Tensor, x: Tensor, column: int, add: bool, start: int, end: int) -> int:
    return self.place(torch.index_select(leaf, 0, numbers[start:end]), x, column, add, start, end)

  def given(self: __torch__.TowerScript, values: Tensor, x: Tensor, column: int, add: bool, start: int, end: int) -> int:
    return self.place(values[start:end], x, column, add, start, end)

  # Means of bags: entity i holds numbers[starts[i]:starts[i + 1]]; those of the chunk are [low, high).
  def bag(self: __torch__.TowerScript, leaf: Tensor, numbers: Tensor, starts: Tensor, low: int, high: int, x: Tensor, column: int, add: bool, start: int, end: int) -> int:
    means, a, b, c = torch.embedding_bag(leaf, numbers[low:high], torch.sub(starts[start:end], low), False, 1)
    return self.place(means, x, column, add, start, end)

  # Parameters of hidden layers: weight, bias, LayerNorm's gamma and beta; then weight and bias of the last layer.
  # Kept of hidden layers for the way back: what LayerNorm sees, its mean and 1/deviation, and what ReLU leaves.
  def forward(self: __torch__.TowerScript, x: Tensor, p: List[Tensor], kept: List[Tensor], u: Tensor, length: Tensor, start: int, end: int) -> int:
    a = x[start:end]
    o = u[start:end]
    layers = torch.floordiv(torch.len(p), 4)
    for i in range(layers):
      h = kept[4 * i][start:end]
      torch.addmm(p[4 * i + 1], a, torch.t(p[4 * i]), out=h)
      y, mean, deviation = torch.native_layer_norm(h, [h.size(1)], p[4 * i + 2], p[4 * i + 3], 1e-5)
      kept[4 * i + 1][start:end].copy_(mean)
      kept[4 * i + 2][start:end].copy_(deviation)
      a = kept[4 * i + 3][start:end]
      torch.clamp_min(y, 0, out=a)
    if torch.len(p) > 0:
      torch.addmm(p[4 * layers + 1], a, torch.t(p[4 * layers]), out=o)
    else:
      o.copy_(a)
    n = length[start:end]
    n.copy_(torch.clamp_min(torch.norm(o, 2, [1], True), 1e-12))
    o.div_(n)
    return 0

  # Gradients of one chunk: of its inputs, and its part of those of the parameters, flat and in their order.
  def backward(self: __torch__.TowerScript, gradient: Tensor, x: Tensor, p: List[Tensor], kept: List[Tensor], u: Tensor, length: Tensor, dx: Tensor, parts: Tensor, chunk: int, start: int, end: int) -> int:
    g = gradient[start:end]
    unit = u[start:end]
    along = torch.sum(torch.mul(g, unit), [1], True)
    d = torch.addcmul(g, unit, along, value=-1).div_(length[start:end])
    into = dx[start:end]
    if torch.len(p) == 0:
      into.copy_(d)
      return 0
    layers = torch.floordiv(torch.len(p), 4)
    part = parts[chunk]
    at = part.size(0)
    i = layers
    while i >= 0:
      w = p[4 * i]
      below = x[start:end]
      if i > 0:
        below = kept[4 * i - 1][start:end]
      at = at - p[4 * i + 1].size(0) - w.numel()
      torch.mm(torch.t(d), below, out=part[at:at + w.numel()].view(w.size(0), w.size(1)))
      torch.sum(d, [0], out=part[at + w.numel():at + w.numel() + w.size(0)])
      if i > 0:
        da = torch.mm(d, w)
        torch.threshold_backward(da, below, 0, grad_input=da)
        h = kept[4 * i - 4][start:end]
        d, dgamma, dbeta = torch.native_layer_norm_backward(da, h, [h.size(1)], kept[4 * i - 3][start:end], kept[4 * i - 2][start:end], p[4 * i - 2], p[4 * i - 1], [True, True, True])
        width = h.size(1)
        at = at - 2 * width
        part[at:at + width].copy_(dgamma)
        part[at + width:at + 2 * width].copy_(dbeta)
      else:
        torch.mm(d, w, out=into)
      i = i - 1
    return 0

  # What each member of a bag receives.
  def share(self: __torch__.TowerScript, dx: Tensor, column: int, shares: Tensor, into: Tensor, start: int, end: int) -> int:
    torch.mul(torch.slice(dx[start:end], 1, column, column + into.size(1)), shares[start:end], out=into[start:end])
    return 0

  # Sums over the places that read each touched row [start, end); row j was read at places[starts[j]:starts[j + 1]].
  def collect(self: __torch__.TowerScript, dx: Tensor, column: int, places: Tensor, starts: Tensor, low: int, high: int, into: Tensor, add: bool, start: int, end: int) -> int:
    values = torch.slice(dx, 1, column, column + into.size(1))
    sums, a, b, c = torch.embedding_bag(values, places[low:high], torch.sub(starts[start:end], low), False, 0)
    return self.place(sums, into, 0, add, start, end)

  def collectInOrder(self: __torch__.TowerScript, dx: Tensor, column: int, into: Tensor, add: bool, start: int, end: int) -> int:
    return self.place(torch.slice(dx[start:end], 1, column, column + into.size(1)), into, 0, add, start, end)

  # Adds up the chunks' parts of both towers, one tower after the other.
  def total(self: __torch__.TowerScript, parts: List[Tensor], into: Tensor) -> int:
    at = 0
    for part in parts:
      torch.sum(part, [0], out=into[at:at + part.size(1)])
      at = at + part.size(1)
    return 0

  # Rows added up by where they came from.
  def addUp(self: __torch__.TowerScript, rows: Tensor, numbers: Tensor, into: Tensor) -> int:
    into.index_add_(0, numbers, rows)
    return 0

  # The sum of squares of each chunk's rows, for the norm.
  def squares(self: __torch__.TowerScript, rows: Tensor, into: Tensor, chunk: int, start: int, end: int) -> int:
    flat = torch.flatten(rows[start:end])
    into[chunk].copy_(torch.dot(flat, flat))
    return 0

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
  # LayerNorm takes the mean over a layer's outputs away. Weights whose mean over the outputs is taken away do that
  # for all rows at once.
  def centre(self: __torch__.TowerScript, p: List[Tensor], centred: List[Tensor]) -> int:
    for i in range(torch.floordiv(torch.len(p), 4)):
      torch.sub(p[4 * i], torch.mean(p[4 * i], [0], True), out=centred[2 * i])
      torch.sub(p[4 * i + 1], torch.mean(p[4 * i + 1], [0], True), out=centred[2 * i + 1])
    return 0

  # Kept of hidden layers for the way back: standardised outputs, 1/deviation, and what ReLU leaves.
  def forward(self: __torch__.TowerScript, x: Tensor, p: List[Tensor], centred: List[Tensor], kept: List[Tensor], u: Tensor, length: Tensor, start: int, end: int) -> int:
    a = x[start:end]
    o = u[start:end]
    layers = torch.floordiv(torch.len(p), 4)
    for i in range(layers):
      h = kept[3 * i][start:end]
      r = kept[3 * i + 1][start:end]
      torch.addmm(centred[2 * i + 1], a, torch.t(centred[2 * i]), out=h)
      torch.linalg_vector_norm(h, 2, [1], True, out=r)
      r.square_().div_(h.size(1)).add_(1e-5).rsqrt_()
      h.mul_(r)
      a = kept[3 * i + 2][start:end]
      torch.addcmul(p[4 * i + 3], h, p[4 * i + 2], out=a)
      a.clamp_min_(0)
    if torch.len(p) > 0:
      torch.addmm(p[4 * layers + 1], a, torch.t(p[4 * layers]), out=o)
    else:
      o.copy_(a)
    n = length[start:end]
    torch.linalg_vector_norm(o, 2, [1], True, out=n)
    n.clamp_min_(1e-12)
    o.div_(n)
    return 0

  def shaped(self: __torch__.TowerScript, flat: Tensor, rows: int, width: int) -> Tensor:
    return flat[0:rows * width].view(rows, width)

  # Gradients of one chunk: of its inputs, and its part of those of the parameters, flat and in their order. The parts
  # of hidden layers' weights and biases still hold the mean over the outputs; "total" takes it away.
  def backward(self: __torch__.TowerScript, gradient: Tensor, x: Tensor, p: List[Tensor], centred: List[Tensor], kept: List[Tensor], u: Tensor, length: Tensor, dx: Tensor, parts: Tensor, scratch: List[Tensor], chunk: int, start: int, end: int) -> int:
    g = gradient[start:end]
    unit = u[start:end]
    rows = end - start
    into = dx[start:end]
    d = self.shaped(scratch[0], rows, g.size(1))
    along = self.shaped(scratch[3], rows, 1)
    torch.mul(g, unit, out=d)
    torch.sum(d, [1], True, out=along)
    if torch.len(p) == 0:
      torch.addcmul(g, unit, along, value=-1, out=into)
      into.div_(length[start:end])
      return 0
    torch.addcmul(g, unit, along, value=-1, out=d)
    d.div_(length[start:end])
    layers = torch.floordiv(torch.len(p), 4)
    part = parts[chunk]
    at = part.size(0)
    i = layers
    while i >= 0:
      w = p[4 * i]
      if i < layers:
        w = centred[2 * i]
      below = x[start:end]
      if i > 0:
        below = kept[3 * i - 1][start:end]
      at = at - w.size(0) - w.numel()
      torch.mm(torch.t(d), below, out=part[at:at + w.numel()].view(w.size(0), w.size(1)))
      torch.sum(d, [0], out=part[at + w.numel():at + w.numel() + w.size(0)])
      if i > 0:
        width = w.size(1)
        h = kept[3 * i - 3][start:end]
        gamma = p[4 * i - 2]
        da = self.shaped(scratch[torch.remainder(layers - i + 1, 2)], rows, width)
        t = self.shaped(scratch[2], rows, width)
        torch.mm(d, w, out=da)
        torch.threshold_backward(da, below, 0, grad_input=da)
        torch.mul(da, h, out=t)
        at = at - 2 * width
        torch.sum(t, [0], out=part[at:at + width])
        torch.sum(da, [0], out=part[at + width:at + 2 * width])
        torch.mm(t, gamma.view(width, 1), out=along)
        da.mul_(gamma)
        da.addcmul_(h, along, value=-1. / width)
        da.mul_(kept[3 * i - 2][start:end])
        d = da
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

  # Adds up the chunks' parts of a tower's parameters.
  def total(self: __torch__.TowerScript, parts: Tensor, p: List[Tensor], into: Tensor) -> int:
    torch.sum(parts, [0], out=into)
    at = 0
    for i in range(torch.floordiv(torch.len(p), 4)):
      w = p[4 * i]
      bias = at + w.numel()
      of = into[at:bias].view(w.size(0), w.size(1))
      of.sub_(torch.mean(of, [0], True))
      of = into[bias:bias + w.size(0)]
      of.sub_(torch.mean(of, [0], True))
      at = bias + 3 * w.size(0)
    return 0

  # Rows added up by where they came from.
  def addUp(self: __torch__.TowerScript, rows: Tensor, numbers: Tensor, into: Tensor) -> int:
    into.index_add_(0, numbers, rows)
    return 0

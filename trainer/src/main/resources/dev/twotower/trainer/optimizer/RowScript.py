class RowScript(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def shaped(self: __torch__.RowScript, flat: Tensor, rows: int, width: int) -> Tensor:
    return flat[0:rows * width].view(rows, width)

  # Decay and the step that "move" holds, of the distinct rows [start, end).
  def apply(self: __torch__.RowScript, weights: Tensor, at: Tensor, values: Tensor, move: Tensor, counts: List[Tensor], share: float, start: int, end: int) -> int:
    # The same rounding with counts of 1 as without counts.
    if share != 0.:
      if torch.len(counts) == 0:
        move.add_(torch.mul(values[start:end], -share))
      else:
        move.add_(torch.mul(values[start:end], torch.mul(counts[0][start:end], -share)))
    weights.index_add_(0, at, move)
    return 0

  def excess(self: __torch__.RowScript, counts: Tensor, alignment: float) -> Tensor:
    return torch.add(torch.mul(counts, alignment), 1. - alignment)

  def adagrad(self: __torch__.RowScript, weights: Tensor, accumulator: Tensor, rows: Tensor, values: Tensor, gradient: Tensor, counts: List[Tensor], scratch: List[Tensor], rate: float, decay: float, alignment: float, start: int, end: int) -> int:
    at = rows[start:end]
    g = gradient[start:end]
    move = self.shaped(scratch[0], end - start, g.size(1))
    squares = self.shaped(scratch[1], end - start, 1)
    summed = self.shaped(scratch[2], end - start, 1)
    torch.mul(g, g, out=move)
    torch.sum(move, [1], True, out=squares)
    squares.div_(g.size(1))
    if torch.len(counts) > 0:
      squares.div_(self.excess(counts[0][start:end], alignment))
    torch.index_select(accumulator, 0, at, out=summed)
    summed.add_(squares)
    accumulator.index_copy_(0, at, summed)
    summed.sqrt_().add_(1e-10).reciprocal_().mul_(-rate)
    torch.mul(g, summed, out=move)
    return self.apply(weights, at, values, move, counts, rate * decay, start, end)

  def power(self: __torch__.RowScript, logarithm: float, exponents: Tensor) -> Tensor:
    return torch.exp(torch.mul(exponents, logarithm))

  # The logarithms are those of beta1 and beta2.
  def adam(self: __torch__.RowScript, weights: Tensor, mean: Tensor, variance: Tensor, steps: Tensor, rows: Tensor, values: Tensor, gradient: Tensor, counts: List[Tensor], scratch: List[Tensor], beta1: float, beta2: float, log1: float, log2: float, rate: float, decay: float, alignment: float, start: int, end: int) -> int:
    at = rows[start:end]
    g = gradient[start:end]
    m = self.shaped(scratch[0], end - start, g.size(1))
    v = self.shaped(scratch[1], end - start, g.size(1))
    squares = self.shaped(scratch[2], end - start, g.size(1))
    step = torch.index_select(steps, 0, at)
    torch.index_select(mean, 0, at, out=m)
    torch.index_select(variance, 0, at, out=v)
    if torch.len(counts) > 0:
      c = counts[0][start:end]
      step.add_(c)
      kept = self.power(log1, c)
      m.mul_(kept).addcmul_(g, torch.div(torch.sub(1, kept), c))
      kept = self.power(log2, c)
      torch.mul(g, g, out=squares)
      v.mul_(kept).addcmul_(squares, torch.div(torch.sub(1, kept), torch.mul(c, self.excess(c, alignment))))
    else:
      step.add_(1)
      m.mul_(beta1).add_(g, alpha=1. - beta1)
      v.mul_(beta2).addcmul_(g, g, value=1. - beta2)
    steps.index_copy_(0, at, step)
    mean.index_copy_(0, at, m)
    variance.index_copy_(0, at, v)
    v.div_(torch.sub(1, self.power(log2, step))).sqrt_().add_(1e-8)
    m.div_(torch.sub(1, self.power(log1, step))).div_(v).mul_(-rate)
    if torch.len(counts) > 0:
      m.mul_(counts[0][start:end])
    return self.apply(weights, at, values, m, counts, rate * decay, start, end)

  # The sum of squares of a chunk of rows.
  def squares(self: __torch__.RowScript, rows: Tensor, into: Tensor, chunk: int, start: int, end: int) -> int:
    flat = torch.flatten(rows[start:end])
    into[chunk].copy_(torch.dot(flat, flat))
    return 0

  # A step of AdamW on a flat array; "first" and "second" take the bias of the moments away.
  def adamW(self: __torch__.RowScript, weights: Tensor, mean: Tensor, variance: Tensor, gradient: Tensor, beta1: float, beta2: float, epsilon: float, first: float, second: float, rate: float, decay: float) -> int:
    mean.mul_(beta1).add_(gradient, alpha=1. - beta1)
    variance.mul_(beta2).addcmul_(gradient, gradient, value=1. - beta2)
    scale = torch.div(variance, second).sqrt_().add_(epsilon)
    if decay > 0.:
      weights.mul_(1. - rate * decay)
    weights.addcdiv_(mean, scale, value=-rate / first)
    return 0

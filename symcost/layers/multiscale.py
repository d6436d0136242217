"""A recurrent layer whose groups of units look back over different spans of time."""

from __future__ import annotations

from collections.abc import Mapping

from symcost.dimensions import dimension
from symcost.errors import ShapeError
from symcost.expressions import ONE, Size
from symcost.functional import bias, chunk, concat, scan, tanh, weight
from symcost.layer import Layer
from symcost.layers.cells import projected
from symcost.tensor import Tensor

H, I = dimension("H"), dimension("I")


class MultiscaleRNN(Layer):
    """Elman network in groups: h^g_t = tanh(W^g x_t + b^g + the sum of U^gk h^k_(t - p_k) over the groups k >= g).

    It is clockwork-like (Koutník et al., A clockwork RNN, ICML 2014): each group of ``hidden_size`` units has a period
    p_k, and sees itself and the slower groups behind it. But here every group is computed at every step; a period is a
    delay of the group's state, where the clockwork network leaves out the steps in between.
    """

    input_size: Size = I
    hidden_size: Size = H
    periods: tuple[Size, ...] = (ONE, 2 * ONE, 4 * ONE)
    bias: bool = True

    takes = "... t i"

    @property
    def axis_meanings(self) -> Mapping[str, str]:  # type: ignore[override]   # how many groups, the periods say
        """What its axes are."""
        return {"g": f"{len(self.periods)} groups of units", "h": "units of a group", "j": "units of a group before"}

    def check(self) -> None:
        if not self.periods:
            raise ShapeError("MultiscaleRNN: periods is ()", expected="a period for each group")

    def forward(self, x: Tensor) -> Tensor:
        H, count = self.hidden_size, len(self.periods)
        c = bias("bias_ih", count * H) if self.bias else None
        z = projected(x, weight("weight_ih", count * H, self.input_size), c, "i g")
        U = [[weight(f"weight_hh_{g}_{k}", H, H) for k in range(g, count)] for g in range(count)]

        def step(z_t: Tensor, *h: Tensor) -> tuple[Tensor, ...]:
            return tuple(group(g, z_g, h[g:]) for g, z_g in enumerate(chunk(z_t, count)))

        def group(g: int, a: Tensor, seen: tuple[Tensor, ...]) -> Tensor:
            for U_gk, h_k in zip(U[g], seen, strict=True):
                a = a + projected(h_k, U_gk, None, "j h")
            return tanh(a)

        made = scan(step, z, over="t", carry=[H] * count, delays=self.periods)
        return concat(made) if count > 1 else made[0]

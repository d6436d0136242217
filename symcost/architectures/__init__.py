"""Named networks from lectures and papers, built from layers alone."""

from symcost.architectures import lecture as lecture
from symcost.architectures import sequences as sequences
from symcost.architectures.named import ARCHITECTURES, architecture

__all__ = ["ARCHITECTURES", "architecture"]

"""The whole lecture as one document: a section for each group of slides, tables and derivations, all of it derived."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symcost.progress import along
from symcost.render import formats
from symcost.render.derivation import DerivationWriter
from symcost.render.explanation import Explanation
from symcost.render.sheet import Prose
from symcost.render.templating import fill, folder_of
from symcost.teaching.slides import GROUPS, Answer, Group

_LEVEL = 2  # of headings above a derivation: the document's and the section's


@dataclass(frozen=True)
class Lecture:
    """A lecture: its title, what is said first, and its groups of slides.

    >>> [group.title for group in lecture().groups][:3]
    ['Counting', 'Convolution and filtering', 'Recurrent networks']
    """

    title: str
    said: tuple[Prose, ...]
    groups: tuple[Group, ...]

    def render(self, format: str = "latex", templates: str | Path | None = None) -> str | bytes:
        """The document in one of the formats ``latex``, ``markdown``, ``html``, ``typst``, ``pdf``, ``text``, ...

        As LaTeX it needs no other file. ``templates`` are your own: a folder whose templates come first, or a file that
        is the template.

        Raises:
            UnknownName: there is no such format.
            RenderError: it is not for lectures; a template is broken; what the format needs is not installed.
        """
        return formats.finish(self.written(format, templates), format)

    def written(self, format: str, templates: str | Path | None = None) -> str:
        """The document as the template of a format writes it."""
        chosen = formats.format_for(format, "lecture", templates)
        return fill(chosen, self._contexts(format, folder_of(templates)), templates)

    def _contexts(self, name: str, templates: str | Path | None) -> Iterator[dict[str, Any]]:
        """What the template gets; everything is written in the format already."""
        writer = DerivationWriter(name, {})
        yield {
            "title": writer.text(self.title),
            "said": [writer.prose([each]) for each in self.said],
            "sections": [
                {
                    "title": writer.text(group.title),
                    "said": [writer.prose([each]) for each in group.said],
                    "parts": [_written(each, name, templates) for made in group.answers for each in made()],
                }
                for group in along(self.groups, "section", lambda group: group.title)
            ],
        }

    def __str__(self) -> str:
        return self.written("text").rstrip("\n")


def lecture() -> Lecture:
    """The lecture on computation in deep learning models, every answer derived from the equations of the layers."""
    return Lecture(
        "Computation in deep learning models",
        (
            "Every answer here is derived from the equations of the layers. Figures that are printed on the slides "
            "are held against what is derived; where the two differ, a note says by what.",
            "Sequential depth is the number of layer steps that wait for one another: a recurrence takes as many as "
            "it is long, any other layer at most one, and layers overlap where they can. Parallel width is the most "
            "work of any one step.",
            "In derivations indices count from 0; what lies outside a tensor is its padding, or the state at the "
            "beginning.",
        ),
        GROUPS,
    )


def _written(answer: Answer, name: str, templates: str | Path | None) -> str:
    """An answer as a part of the document."""
    if isinstance(answer, Explanation):
        return answer.written(name, templates, level=_LEVEL)
    return formats.text_of([answer], name, templates, within=True)

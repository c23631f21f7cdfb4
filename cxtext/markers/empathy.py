"""How much empathy agents' words show, for a team: never for one person.

What it may be used for is limited by law and by agreements with those concerned: see ``docs/markers.md``.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cxtext.documents import Annotation, digits
from cxtext.errors import InputValueError

EMPATHETIC = frozenset({"acknowledge", "apologise", "ownership", "next_step"})
UNEMPATHETIC = frozenset({"blame", "policy_wall", "interruption"})
# As for groups of customers: below this, a figure would be one of persons.
LEAST = 5


@dataclass(frozen=True, slots=True)
class Empathy:
    """Empathy of a team: ``score`` from -100 to 100, null without any cue, and what it was counted from."""

    score: float | None
    empathetic: int
    unempathetic: int
    conversations: int


def team_empathy(annotations: Iterable[Annotation]) -> Empathy:
    """Sum up the empathy of a team's words over many conversations.

    Parameters
    ----------
    annotations
        Conversations, annotated with the option ``agent`` of ``markers.v1``. Where agents have names, at least five of
        them, and in any case at least five conversations with an agent.

    Returns
    -------
    Empathy
        (empathetic - unempathetic) / (empathetic + unempathetic) x 100 cues. Where in a conversation a cue stands makes
        no difference: an unhelpful word is unhelpful at any time (Genesys Cloud, sentiment and empathy analysis).

    Raises
    ------
    InputValueError
        If the conversations are those of fewer than five agents, or fewer than five. There is no score of one person,
        and no argument to group by.

    Examples
    --------
    >>> from cxtext.documents import Document
    >>> from cxtext.pipeline import DEFAULT, Pipeline, make_stage
    >>> stages = [make_stage(n, agent=True) if n == "markers.v1" else n for n in DEFAULT]
    >>> said = ["Das tut mir sehr leid.", "I'm so sorry about that.", "Ich kümmere mich darum."] * 2
    >>> talks = [Document.from_turns([{"role": "agent", "text": text}]) for text in said]
    >>> team_empathy(Pipeline(stages).run(talks))
    Empathy(score=100.0, empathetic=6, unempathetic=0, conversations=6)
    """
    good = bad = conversations = 0
    names: set[str] = set()
    for annotation in annotations:
        agents = [s for s in annotation.segments if s.kind == "agent"]
        if not agents:
            continue
        conversations += 1
        names |= {s.speaker.strip().casefold() for s in agents if s.speaker and s.speaker.strip()}
        good += sum(m.type in EMPATHETIC for m in annotation.markers)
        bad += sum(m.type in UNEMPATHETIC for m in annotation.markers)
    # One name for all, such as "Agent", is none.
    if conversations < LEAST or 1 < len(names) < LEAST or (len(names) == 1 and not _is_role(*names)):
        raise InputValueError(
            f"empathy is told for teams only: at least {LEAST} agents and {LEAST} conversations are needed, got "
            f"{len(names)} names in {conversations} conversations with an agent; put more of the team together"
        )
    score = digits(100 * (good - bad) / (good + bad)) if good + bad else None
    return Empathy(score, good, bad, conversations)


def _is_role(name: str) -> bool:
    from cxtext.sources.transcripts import role_of

    return role_of(name) is not None

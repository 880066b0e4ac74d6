"""What the demonstration shows, in order: a record, who sends it, and the one sentence that says what to look for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

STARTS_AT = datetime(2026, 3, 7, 23, 12, tzinfo=UTC)
"""Saturday night; the demo's hub clock begins here and runs on in real time."""
CALEDON, WESTSHIRE = "police.caledon", "police.westshire"
PRIMARY, INFIRMARY = "school.glenmore-primary", "nhs.caledon-infirmary"
DOWN_AT_FIRST = "school.ashdown-primary"
FAILING_CALLS = 1
FOLDER = Path(str(files("hub.demo")))


@dataclass(frozen=True, slots=True)
class Scene:
    """One record that an agency sends. `tampered`: it is changed after it was signed, past the adapter."""

    file: str
    source: str
    title: str
    adapter: str = "police"
    tampered: bool = False

    @property
    def path(self) -> Path:
        """The native file."""
        return FOLDER / "notices" / self.file


TWIN = Scene(
    "2-one-of-twins.json",
    CALEDON,
    "A twin under the other twin's number: no guess is made; a reviewer says which, and her school hears at once.",
)
REVIEW = "A reviewer looks at the twins side by side, and says which of them it is."
REVIEWER, BECAUSE = "Simulated reviewer", "She gave her own name; the number was read from a card in the house."
SCENES = (
    Scene(
        "1-siblings.json",
        CALEDON,
        "Two siblings, two schools: each hears of its own child before Monday's bell, and the address stays withheld.",
    ),
    TWIN,
    Scene(
        "3-support-without-an-isp.json",
        CALEDON,
        "The school is told; a family support service that no ISP covers is told nothing.",
    ),
    Scene(
        "4-nobody-knows-the-child.json", CALEDON, "A child on nobody's roll: the council's front door hears instead."
    ),
    Scene(
        "5-tampered.json", CALEDON, "A message changed on its way: a dead letter, and it reaches nobody.", tampered=True
    ),
    Scene(
        "6-school-is-down-at-first.json",
        WESTSHIRE,
        "The school's system is down at first: the hub tries again, and it arrives once.",
    ),
    Scene(
        "7-no-date-of-birth.json", CALEDON, "A boy without a date of birth: a person is asked, and has yet to answer."
    ),
    Scene(
        "8-weekend-away.json",
        PRIMARY,
        "A school's own concern: social work and police hear what the girl said; her school nurse, what a nurse needs.",
        adapter="school",
    ),
    Scene(
        "9-attendance.json",
        INFIRMARY,
        "A scald that a hospital sees: social work, school nurse and GP hear; it is not so grave that police do.",
        adapter="fhir",
    ),
)
RETRACTION = Scene(
    "10-retraction.json", CALEDON, "The source retracts the third notice: whoever was told is told so, without content."
)


def rolls() -> list[tuple[str, Path]]:
    """(organisation, CSV file) of each roll."""
    return [(path.stem, path) for path in sorted((FOLDER / "rolls").glob("*.csv"))]

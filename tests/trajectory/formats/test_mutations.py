"""Files that nobody would write are read, or refused in one line."""

from __future__ import annotations

import time
from pathlib import Path

from tests.trajectory.formats.mutations import mutants, outcome


def test_changed_trajectories_are_read_or_refused(tmp_path: Path) -> None:
    outcomes: dict[str, set[str]] = {}
    for mutant in mutants(tmp_path / "fixtures", 300, seed=1):
        start = time.process_time()
        try:
            outcomes.setdefault(mutant.fixture.partition("/")[0], set()).add(outcome(mutant.path))
        except Exception as error:
            error.add_note(f"{mutant.fixture}: {mutant.change}")
            raise
        assert time.process_time() - start < 5
    assert len(outcomes) > 10
    assert all(found != {"unreadable"} for found in outcomes.values())

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from app.workspace.errors import PathError
from app.workspace.names import printable
from app.workspace.paths import Location, Workspace

CASES = [
    json.loads(line) for line in (Path(__file__).parent.parent / "data/paths.jsonl").read_text().splitlines()
]
BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


def build(setup: list[dict[str, str]], top: Path) -> None:
    def placed(text: str) -> str:
        return text.replace("$T", str(top))

    for step in setup:
        path = Path(placed(step["path"]))
        match step["op"]:
            case "mkdir":
                path.mkdir(parents=True)
            case "write":
                path.write_text(step["text"])
            case "symlink":
                path.symlink_to(placed(step["target"]))
            case "hardlink":
                os.link(placed(step["target"]), path)
            case other:
                pytest.fail(f"unknown step {other}")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']} {case['name']}")
def test_a_path_is_judged_by_where_the_kernel_would_go(case: dict[str, Any], tmp_path: Path) -> None:
    top = tmp_path.resolve()
    build(case["setup"], top)
    path = case["path"] if case.get("literal") else case["path"].replace("$T", str(top))
    place = {name: Path(case[name].replace("$T", str(top))) for name in ("workspace", "cwd", "home")}

    workspace = Workspace(place["workspace"], home=place["home"])
    location: Location | None
    try:
        location = workspace.locate(path, cwd=place["cwd"])
    except PathError:
        location = None

    inside = location is not None and location.inside
    if not case.get("or_inside"):
        assert inside == (case["expect"] == "inside")
    match case.get("flag"):
        case "hardlink":
            assert location is not None
            assert location.links == 2
        case "protected":
            assert location is not None
            assert location.protected
        case "bidi":
            assert location is not None
            assert not BIDI & set(location.shown)
            assert "\\u202e" in location.shown
        case flag:
            assert flag is None


def test_every_case_is_there() -> None:
    assert len(CASES) == 58


def test_the_workspace_is_resolved_once(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    link = tmp_path / "link"
    link.symlink_to("first")
    workspace = Workspace(link)
    link.unlink()
    link.symlink_to("second")

    assert workspace.locate("a.txt").real == tmp_path.resolve() / "first/a.txt"
    assert not workspace.locate(str(link / "a.txt")).inside


def test_an_existing_name_that_looks_like_a_variable_is_a_name(tmp_path: Path) -> None:
    (tmp_path / "$lang").mkdir()
    workspace = Workspace(tmp_path)
    assert workspace.locate("$lang/page.tsx").shown == "$lang/page.tsx"
    assert workspace.locate("routes/$id.tsx").inside
    with pytest.raises(PathError, match="variables are not expanded"):
        workspace.locate("$other/page.tsx")


@pytest.mark.parametrize(
    ("path", "protected", "sealed"),
    [
        (".git/config", True, True),
        ("packages/inner/.git/hooks/pre-push", True, True),
        (".SawHorse/rules.toml", True, True),
        (".g\u200cit/config", True, True),
        ("sub/.env.production", True, False),
        (".mcp.json", True, False),
        (".github/workflows/ci.yml", False, False),
        (".gitignore", False, False),
        ("environment.py", False, False),
    ],
)
def test_what_is_obeyed_later_asks_and_what_is_gits_own_is_sealed(
    path: str, protected: bool, sealed: bool, tmp_path: Path
) -> None:
    location = Workspace(tmp_path).locate(path)
    assert (location.protected, location.sealed) == (protected, sealed)


def test_a_folder_without_permission_is_an_error_not_a_guess(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    workspace = Workspace(tmp_path)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # root may look everywhere
    try:
        with pytest.raises(PathError, match="Permission denied"):
            workspace.locate("closed/a.txt")
    finally:
        os.seteuid(user)


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31mb", "a\x7fb", "a\u2028b", "a\u200bb", "a\udcffb"])
def test_a_shown_name_holds_nothing_invisible(name: str) -> None:
    assert printable(name).isprintable()
    assert printable(name) != name


def test_an_ordinary_name_is_shown_as_it_is() -> None:
    assert printable("src/日本 naïve.txt") == "src/日本 naïve.txt"

"""JSONPath from a model: a part of the language that can neither hang nor run deep."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from jsonpath import JSONPathEnvironment, JSONPathMatch
from jsonpath.exceptions import JSONPathError
from jsonpath.filter import BaseExpression, FilterQuery
from jsonpath.segments import JSONPathRecursiveDescentSegment, JSONPathSegment
from jsonpath.selectors import Filter, IndexSelector, NameSelector

from app.workspace.errors import EditError
from app.workspace.json_parse import Json
from app.workspace.json_spans import Location

MOST_MATCHES = 1_000
_LONGEST_PATH = 1_000
_MOST_STEPS = 200_000
_DEEPEST = 200
_MOST_KEYS = 20
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class _Environment(JSONPathEnvironment):
    """RFC 9535 without functions, counting each step of a search."""

    max_recursion_depth = _DEEPEST

    def __init__(self) -> None:
        super().__init__(strict=True)
        self.steps = 0

    def setup_function_extensions(self) -> None:
        """Offer none: match and search take patterns that can run for hours."""

    def step(self) -> None:
        """Count one.

        Raises:
            EditError: They were too many.
        """
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise EditError("json_path has to look at too many values; name more of the path, without ..")

    def getitem(self, obj: object, key: object) -> object:
        self.step()
        return super().getitem(obj, key)

    def is_truthy(self, obj: object) -> bool:
        self.step()
        return super().is_truthy(obj)

    def compare(self, left: object, operator: str, right: object) -> bool:
        self.step()
        return super().compare(left, operator, right)


class _Node(JSONPathMatch):
    """A value a search has come to."""

    __slots__ = ("environment",)

    environment: _Environment

    @classmethod
    def root_of(cls, value: Json, environment: _Environment) -> _Node:
        node = cls(filter_context={}, obj=value, parent=None, path="$", parts=(), root=value)  # type: ignore[arg-type]  # a lone scalar is a document, too
        node.environment = environment
        return node

    def new_child(self, obj: object, key: int | str) -> JSONPathMatch:
        self.environment.step()
        child = super().new_child(obj, key)
        assert isinstance(child, _Node)
        child.environment = self.environment
        return child


@dataclass(frozen=True, slots=True)
class JsonQuery:
    """A JSONPath that is safe to look for."""

    text: str
    environment: _Environment
    segments: tuple[JSONPathSegment, ...]

    @property
    def last(self) -> str | int | None:
        """The key or index it ends in; None if it ends in something that can match several values."""
        if not self.segments or isinstance(self.segments[-1], JSONPathRecursiveDescentSegment):
            return None
        match self.segments[-1].selectors:
            case (NameSelector(name=name),):
                return name
            case (IndexSelector(index=index),):
                return index
        return None

    @property
    def parent(self) -> JsonQuery:
        """The query without its last segment."""
        shorter = self.text[: self.segments[-1].token.index]
        return JsonQuery(shorter, self.environment, self.segments[:-1])

    def find(self, value: Json) -> list[Location]:
        """Where it matches, in the order of the search, each place once.

        Args:
            value: Of the whole document.

        Raises:
            EditError: There are too many matches, or the search takes too long.
        """
        nodes = self._nodes(value)
        if len(nodes) > MOST_MATCHES:
            raise EditError(f"json_path {self.text} has more than {MOST_MATCHES:,} matches; name more of it")
        return [_location(node) for node in nodes]

    def no_match(self, value: Json) -> EditError:
        """Why it matches nothing: how far it leads, and what is there."""
        query = self
        while not (nodes := query._nodes(value)):
            query = query.parent
        return EditError(
            f"json_path {self.text} matches nothing: {shown(_location(nodes[0]))} is {kind(nodes[0].obj)}"
        )

    def _nodes(self, value: Json) -> list[JSONPathMatch]:
        self.environment.steps = 0
        nodes: list[JSONPathMatch] = [_Node.root_of(value, self.environment)]
        for segment in self.segments:
            nodes = _resolved(segment, nodes)
        return nodes


def compile_query(path: str) -> JsonQuery:
    """Read a JSONPath.

    Args:
        path: As a model wrote it.

    Raises:
        EditError: It cannot be read, or asks for something that is not done here.
    """
    path = path.strip()
    if not path.startswith("$"):
        raise EditError(f"json_path {path[:80]!r} must begin with $, as in $.users[0].name")
    if len(path) > _LONGEST_PATH:
        raise EditError(f"json_path is longer than {_LONGEST_PATH:,} characters; name one place at a time")
    environment = _Environment()
    try:
        segments = environment.compile(path).segments  # type: ignore[union-attr]  # strict: no compounds
        for segment in segments:
            _check_filters(segment)
    except (JSONPathError, ValueError, OverflowError, RecursionError) as error:
        reason = str(error.args[0]) if error.args else "it cannot be read"
        raise EditError(
            f"json_path {path} is not understood: {reason}; write keys as .name or ['name'], "
            "elements as [0], filters as [?@.id == 1]"
        ) from None
    return JsonQuery(path, environment, tuple(segments))


def shown(location: Location) -> str:
    """A location as JSONPath."""
    text = "$"
    for key in location:
        if isinstance(key, int):
            text += f"[{key}]"
        elif _PLAIN_KEY.fullmatch(key):
            text += f".{key}"
        else:
            text += f"[{_quoted(key)}]"
    return text


def kind(value: object) -> str:
    """What a value is, and what can be named in it."""
    match value:
        case dict():
            if not value:
                return "an empty object"
            keys = ", ".join(_quoted(key) for key in list(value)[:_MOST_KEYS])
            more = f", and {len(value) - _MOST_KEYS:,} more" if len(value) > _MOST_KEYS else ""
            return f"an object with the keys {keys}{more}"
        case list():
            if not value:
                return "an empty array"
            return f"an array of {len(value):,}, with the indices 0 to {len(value) - 1:,}"
        case str():
            return "a string, and has no keys"
        case None:
            return "null, and has no keys"
        case bool():
            return "true or false, and has no keys"
        case _:
            return "a number, and has no keys"


def _location(node: JSONPathMatch) -> Location:
    return tuple(part for part in node.parts if isinstance(part, (str, int)))


def _resolved(segment: JSONPathSegment, nodes: list[JSONPathMatch]) -> list[JSONPathMatch]:
    """What a segment leads to, each place once: repeated selectors must not multiply."""
    try:
        found = {node.parts: node for node in segment.resolve(nodes)}
    except RecursionError:
        raise EditError(f"json_path goes over {_DEEPEST} levels deep; name more of it, without ..") from None
    except JSONPathError as error:
        raise EditError(f"json_path cannot be followed: {error.args[0]}") from None
    return list(found.values())


def _check_filters(segment: JSONPathSegment) -> None:
    """Only filters whose cost does not grow with the document."""
    for selector in segment.selectors:
        if isinstance(selector, Filter):
            _check_expression(selector.expression)


def _check_expression(expression: BaseExpression) -> None:
    if isinstance(expression, FilterQuery) and not expression.path.singular_query():
        raise JSONPathError(f"a filter may only look at single values, not at {expression}")
    for child in expression.children():
        _check_expression(child)


def _quoted(key: str) -> str:
    text = json.dumps(key, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(key)
    return text

"""What goes wrong with files, in words for whoever asked."""

from __future__ import annotations


class WorkspaceError(Exception):
    """A request about files cannot be carried out. The message says why, and what to do next."""


class PathError(WorkspaceError):
    """The path leads nowhere a file can be."""


class FileError(WorkspaceError):
    """The file cannot be read or written."""


class EditError(WorkspaceError):
    """The edit does not fit the file."""


class SearchError(WorkspaceError):
    """The search cannot be made."""

"""The tools a session offers. A tool is imported when it is first needed."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any  # a tool's argument model is its own affair

from app.providers.contract import ToolSchema
from app.tools.contract import Arguments, Tool, ToolError

BUILT_IN: Mapping[str, str] = {
    "bash": "app.tools.bash:BashTool",
    "bash_output": "app.tools.bash_output:BashOutputTool",
    "bash_kill": "app.tools.bash_kill:BashKillTool",
    "str_replace_based_edit_tool": "app.tools.edit:StrReplaceBasedEditTool",
    "multi_edit": "app.tools.multi_edit:MultiEditTool",
    "apply_patch": "app.tools.apply_patch:ApplyPatchTool",
    "json_edit_tool": "app.tools.json_edit:JsonEditTool",
    "grep": "app.tools.grep:GrepTool",
    "glob": "app.tools.glob:GlobTool",
    "think": "app.tools.think:ThinkTool",
    "todo": "app.tools.todo:TodoTool",
    "present_plan": "app.tools.present_plan:PresentPlanTool",
    "task_done": "app.tools.task_done:TaskDoneTool",
}


class Registry:
    """Tools by name, one instance each.

    Args:
        places: Name of each tool to where its class is, as `module:Class`.
    """

    def __init__(self, places: Mapping[str, str] = BUILT_IN) -> None:
        self._places = places
        self._loaded: dict[str, Tool[Any]] = {}
        self._schemas: list[ToolSchema] = []

    @property
    def names(self) -> list[str]:
        """Every tool, in the order the model is told of them."""
        return list(self._places)

    def get(self, name: str) -> Tool[Any]:
        """The tool of that name.

        Raises:
            ToolError: There is none.
        """
        if name not in self._places:
            raise ToolError(f"there is no tool {name!r}; the tools are: {', '.join(self._places)}")
        if name not in self._loaded:
            module, _, attribute = self._places[name].partition(":")
            self._loaded[name] = getattr(importlib.import_module(module), attribute)()
        return self._loaded[name]

    def parse(self, name: str, arguments: Mapping[str, object]) -> Arguments:
        """Check the arguments of a call.

        Raises:
            ToolError: There is no such tool, or it does not take these arguments.
        """
        from pydantic import ValidationError

        model: type[Arguments] = self.get(name).arguments
        try:
            return model.model_validate(arguments)
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join(map(str, problem['loc'])) or 'arguments'}: {problem['msg']}"
                for problem in error.errors(include_url=False, include_input=False)[:5]
            )
            raise ToolError(f"wrong arguments for {name}: {problems}") from None

    def schemas(self) -> list[ToolSchema]:
        """What a model is told of the tools. Made once."""
        from app.tools.schema import parameters

        if not self._schemas:
            tools = [self.get(name) for name in self._places]
            self._schemas = [
                ToolSchema(tool.name, tool.description, parameters(tool.arguments)) for tool in tools
            ]
        return self._schemas

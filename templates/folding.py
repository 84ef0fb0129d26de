"""What a page's template knows before it is drawn is done while it is compiled, and what is left is drawn swiftly.

Pages are drawn for every officer at every look, templates are compiled once. A list says three hundred translated
words, draws a hundred icons and fills a thousand places; each cost several calls through Jinja's context. There is
one environment for each language, so ``_("...")`` is known beforehand, and so is an icon whose name and size stand in
the template.
"""

from __future__ import annotations

import gettext
import html
import re
from collections.abc import Callable, Iterator, MutableMapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

_SHORT = 40  # names of steps, doors and states are said again and again
_escaped = lru_cache(maxsize=2048)(html.escape)
_PLACE = re.compile(r"%\((\w+)\)s")

Icon = Callable[..., str]


class Folding(NodeTransformer):
    """``_("Nama")`` becomes its translation and ``words.icon("mail", 14)`` its picture; both are safe as the template.

    ``_("%(n)s jam", n=hours)`` becomes the words with the value between them where it is drawn, and is filled by ``%``
    anywhere else.
    """

    def __init__(self, catalogue: gettext.NullTranslations, icon: Icon) -> None:
        self._catalogue = catalogue
        self._icon = icon

    def visit_Output(self, node: nodes.Output) -> list[nodes.Node]:  # noqa: N802 - the visitor's way to say what it visits
        """What is drawn, piece by piece; ``x if y`` is a piece that is not there where ``y`` does not hold."""
        found: list[nodes.Node] = []
        for part in node.nodes:
            if isinstance(part, nodes.CondExpr):
                found.append(self._either(part))
            elif found and isinstance(found[-1], nodes.Output):
                found[-1].nodes += self._pieces(part)
            else:
                found.append(nodes.Output([*self._pieces(part)], lineno=node.lineno))
        return found

    def _either(self, node: nodes.CondExpr) -> nodes.If:
        other = self._alone(node.expr2) if node.expr2 else []
        return nodes.If(self.visit(node.test), self._alone(node.expr1), [], other, lineno=node.lineno)

    def _alone(self, node: nodes.Expr) -> list[nodes.Node]:
        return self.visit_Output(nodes.Output([node], lineno=node.lineno))

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802 - as above
        """An included part comes whole: piece by piece it would be handed up through every template around it."""
        whole = nodes.Filter(None, "string", [], [], None, None)
        return nodes.FilterBlock([node], whole, lineno=node.lineno)

    def _pieces(self, node: nodes.Expr) -> Iterator[nodes.Expr]:
        said = _said(node)
        if isinstance(node, nodes.Call) and said is not None and node.kwargs:
            yield from self._filled(self._catalogue.gettext(said), node)
        else:
            yield self.visit(node)

    def _filled(self, words: str, node: nodes.Call) -> Iterator[nodes.Expr]:
        values = {one.key: self.visit(one.value) for one in node.kwargs}
        for index, piece in enumerate(_PLACE.split(words)):
            yield values[piece] if index % 2 else nodes.TemplateData(piece % {}, lineno=node.lineno)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - as above
        """A call of ``_`` with words written out, or of ``words.icon``; any other call stays as it is."""
        self.generic_visit(node)
        said = _said(node)
        if said is not None:
            return self._translated(self._catalogue.gettext(said), node)
        icon = _icon(node)
        return node if icon is None else nodes.TemplateData(self._icon(*icon), lineno=node.lineno)

    @staticmethod
    def _translated(words: str, node: nodes.Call) -> nodes.Node:
        if not node.kwargs:
            return nodes.TemplateData(words % {}, lineno=node.lineno)
        pairs = [nodes.Pair(nodes.Const(one.key), one.value, lineno=node.lineno) for one in node.kwargs]
        return nodes.Mod(nodes.TemplateData(words), nodes.Dict(pairs, lineno=node.lineno), lineno=node.lineno)


def _said(node: nodes.Expr) -> str | None:
    """The words that ``_`` is called with, where they are written out."""
    if not (isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "_"):
        return None
    words = node.args[0] if len(node.args) == 1 else None
    return words.value if isinstance(words, nodes.Const) else None


def _icon(node: nodes.Call) -> tuple[Any, ...] | None:
    """Name and size that ``words.icon`` is called with, where they are written out."""
    called = node.node
    if not (isinstance(called, nodes.Getattr) and called.attr == "icon" and isinstance(called.node, nodes.Name)):
        return None
    written = called.node.name == "words" and all(isinstance(one, nodes.Const) for one in node.args)
    return tuple(one.value for one in node.args if isinstance(one, nodes.Const)) if written else None


class _Code(CodeGenerator):
    """Draws a value by its kind, instead of making a ``Markup`` of each only to join it."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("environment.drawn(")
        else:
            super()._output_child_pre(node, frame, finalize)


class _Context(Context):
    """Calls a macro, which is what pages call most, without asking first what it would like to be given."""

    def call(__self, __obj: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - Jinja's own names
        if type(__obj) is not Macro:
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(__self.eval_ctx, *args, **kwargs)


class Translated(Environment):
    """An environment that speaks one language, ``catalogue``'s, and draws icons by ``icon(name, size)``."""

    code_generator_class = _Code
    context_class = _Context

    def __init__(self, catalogue: gettext.NullTranslations, icon: Icon, **options: Any) -> None:
        super().__init__(extensions=["jinja2.ext.i18n"], **options)
        self._folding = Folding(catalogue, icon)
        self.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]

    def _generate(self, source: nodes.Template, *args: Any, **options: Any) -> str:
        """Jinja's own hook between reading a template and writing its code."""
        return super()._generate(self._folding.visit(source), *args, **options)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One map instead of a chain of two, which each import of macros goes through: ours do not change."""
        return {**self.globals, **(d or {})}

    @staticmethod
    def drawn(value: Any) -> str:
        """A value as it stands in a page, escaped unless it is safe."""
        kind = type(value)
        if isinstance(value, Markup):
            return value
        if kind is str:
            return _escaped(value) if len(value) < _SHORT else html.escape(value)
        return str(value) if kind is int else escape(value)

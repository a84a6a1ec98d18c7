"""How Jinja writes our templates down as Python: the same pages, with less work for each value shown."""

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, _escape_inner, escape


def escaped(value) -> str:
    """The value as it stands in HTML; markupsafe's own makes an object of a class of its own out of each."""
    kind = type(value)
    if kind is str:
        return _escape_inner(value)
    if kind is Markup:
        return value
    return str(value) if kind is int else escape(value)


class PageCode(CodeGenerator):
    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802 - Jinja names it
        """A loop is handed on in one piece, and not value by value through every block around it."""
        if frame.buffer is not None or frame.toplevel or node.recursive:
            super().visit_For(node, frame)
            return
        self.buffer(frame)
        super().visit_For(node, frame)
        self.writeline(f"yield concat({frame.buffer})")
        frame.buffer = None

"""Typst in a process of its own: JSON on standard input, PDF on standard output.

Typst keeps near 450 MB once it has worked; a child process gives them back when it ends.
"""

import json
import sys
from pathlib import Path

import typst
from fontpkg_inter import ROOT as INTER

ROOT = Path(__file__).parent
_TEMPLATES = ROOT / "templates"
_FONTS = INTER / "files"
_ACCESSIBLE = ["ua-1"]
_PROBE = b'#set document(title: "Probe")\n#set text(font: "Inter")\n#sys.inputs.characters'


def _can_show(characters: str, *, bundled_only: bool) -> bool:
    """Whether there is a glyph for every character: PDF/UA refuses a page with gaps."""
    fonts = {"font_paths": [_FONTS], "ignore_system_fonts": bundled_only}
    try:
        typst.compile(_PROBE, sys_inputs={"characters": characters}, pdf_standards=_ACCESSIBLE, **fonts)
    except typst.TypstError:
        return False
    return True


def typeset(data: str, made_at: int, template: str = "report") -> bytes:
    """The template of this name filled with `data`, JSON that is never read as markup. Raises TypstError.

    The bundled font makes the same page everywhere and suffices for European scripts. Others take a font
    of the machine, and where it has none a page with gaps, still tagged, is better than no page.
    """
    characters = "".join(sorted(set(data)))
    bundled_only = _can_show(characters, bundled_only=True)
    is_complete = bundled_only or _can_show(characters, bundled_only=False)
    return typst.compile(
        _TEMPLATES / f"{template}.typ",
        root=ROOT,
        font_paths=[_FONTS],
        ignore_system_fonts=bundled_only,
        sys_inputs={"report": data},
        pdf_standards=_ACCESSIBLE if is_complete else [],
        timestamp=made_at,
        format="pdf",
    )


if __name__ == "__main__":
    job = json.load(sys.stdin)
    sys.stdout.buffer.write(typeset(job["report"], job["made_at"], job.get("template", "report")))

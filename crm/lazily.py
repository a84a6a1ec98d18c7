"""Libraries that load when they are first used, and one thread at a time loads them.

Until Python 3.12.4 the second of two threads that use one first at the same moment finds half of it.
"""

import sys
import types
from importlib.util import _LazyModule
from threading import RLock

_lock = RLock()
_loading: set[str] = set()
_plain = types.ModuleType.__getattribute__


class _ByOne(types.ModuleType):
    def __getattribute__(self, name: str):
        with _lock:
            spec = _plain(self, "__spec__")
            # While it loads it asks for parts of itself, in this same thread.
            if type(self) is _ByOne and spec.name not in _loading:
                _loading.add(spec.name)
                try:
                    spec.loader.exec_module(self)
                    self.__class__ = types.ModuleType
                finally:
                    _loading.discard(spec.name)
        return _plain(self, name)


def by_one() -> None:
    """Have every library that waits to be used be loaded so."""
    for module in list(sys.modules.values()):
        if type(module) is _LazyModule:
            object.__setattr__(module, "__class__", _ByOne)

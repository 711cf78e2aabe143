"""Keep loaded graphs while they are used."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, TypeAlias

from mezzotint.engines.sessions import open_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezzotint.bundles.read import Bundle
    from mezzotint.domain.card import GraphSpec
    from mezzotint.engines.sessions import Session
    from mezzotint.engines.settings import Provider

    Opener: TypeAlias = Callable[[Bundle, GraphSpec, Provider], Session]


class SessionCache:
    """Keep the sessions used last, one for each graph of each bundle on each provider.

    Args:
        max_sessions: How many to keep; the one unused for longest goes first.
        opener: What makes a session that is not there yet.
    """

    def __init__(self, *, max_sessions: int = 8, opener: Opener = open_session) -> None:
        self._max_sessions = max_sessions
        self._opener = opener
        self._sessions: OrderedDict[tuple[str, str, Provider], Session] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._sessions)

    def get(self, bundle: Bundle, graph: GraphSpec, provider: Provider) -> Session:
        """Return the session of a graph, made now if need be; errors as in `open_session`."""
        key = (bundle.sha256, graph.name, provider)
        with self._lock:
            if key not in self._sessions:
                self._sessions[key] = self._opener(bundle, graph, provider)
            self._sessions.move_to_end(key)
            while len(self._sessions) > self._max_sessions:
                self._sessions.popitem(last=False)
            return self._sessions[key]

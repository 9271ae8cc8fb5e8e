"""As kazoo_read_tree.py, but every znode is written by an operation of its own, pipelined: no transactions."""
from collections import deque

import common
import live_tree

IN_FLIGHT = 500


class Singles:
    def __init__(self, client):
        self._client = client
        self._flying = deque()

    def create(self, path, data):
        self._add(self._client.create_async(path, data))

    def set(self, path, data):
        self._add(self._client.set_async(path, data))

    def delete(self, path):
        self._add(self._client.delete_async(path))

    def finish(self):
        while self._flying:
            self._flying.popleft().get()

    def _add(self, result):
        self._flying.append(result)
        if len(self._flying) == IN_FLIGHT:
            # Half of them at once: waking up for each costs more than the operation.
            some = IN_FLIGHT // 2
            self._flying[some - 1].wait()
            for _ in range(some):
                self._flying.popleft().get()


common.run(lambda options: live_tree.synchronise(options, Singles))

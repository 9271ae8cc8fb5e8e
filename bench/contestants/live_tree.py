"""Reading the tree with kazoo, pipelined, and comparing it with git's: what the contestants without a commit znode do."""
import hashlib
from collections import deque

import common

# With more in flight kazoo gets slower: its two threads then take turns at Python's lock for every request.
IN_FLIGHT = 100


def synchronise(options, open_writer):
    fetch = common.start_fetch(options)
    client = common.open_client(options)
    try:
        common.end_fetch(fetch)
        git = common.Git(options)
        wanted = git.tree()
        common.connected(client)
        writer = open_writer(client)
        counts = common.write(writer, git, options.root, *compare(client, options.root, wanted))
        writer.finish()
        git.close()
        return counts
    finally:
        client.stop()


def compare(client, root, wanted):
    """What is new, changed and gone. Contents are compared by git's name for them, so no blob is read for it."""
    blobs = dict(wanted)
    size = next((len(blob) for blob in blobs.values() if blob), 40)
    digest = {40: hashlib.sha1, 64: hashlib.sha256}[size]
    cut = len(root) + 1
    changed, gone = [], []
    client.ensure_path(root)
    for path, data in read(client, root):
        try:
            blob = blobs.pop(path[cut:])
        except KeyError:
            if path != root:
                gone.append(path[cut:])
            continue
        found = digest(b'blob %d\0%b' % (len(data), data)).hexdigest() if blob else data
        if found != (blob or b''):
            changed.append((path[cut:], blob))
    return list(blobs.items()), changed, gone


def read(client, root):
    """The (path, data) of every znode from the root down, parents before their children."""
    waiting, flying = deque([root]), deque()
    while waiting or flying:
        while waiting and len(flying) < IN_FLIGHT:
            path = waiting.popleft()
            flying.append((path, client.get_async(path), False))
        # Half of them at once: waking up for each costs more than the request.
        some = (len(flying) + 1) // 2
        flying[some - 1][1].wait()
        for _ in range(some):
            path, result, is_listing = flying.popleft()
            if is_listing:
                waiting.extend([f'{path}/{name}' for name in result.get()])
                continue
            data, stat = result.get()
            if stat.numChildren:
                flying.append((path, client.get_children_async(path), True))
            yield path, data or b''

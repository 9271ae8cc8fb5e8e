"""
What the contestants on kazoo share: the command line, git, and writing in transactions. Whatever fails raises, and `run`
turns it into a message and exit code 1. Start-up is part of what is measured, so imports come late and nothing is done twice.

With `--tuned` they also do what takes more than an afternoon to find: git fetches while Python imports kazoo and connects,
and operations go into kazoo's transactions without its checks.
"""
import os
import sys
from collections import deque

OPERATIONS = 500
IN_FLIGHT = 4
# The server refuses requests from 1 MiB on; this leaves room for the headers of 500 operations.
REQUEST_BYTES = 900_000
# 500 object names fit into the pipe to git, see `Git.contents`.
BLOBS_AT_ONCE = 500


class Failed(Exception):
    pass


class Options:
    def __init__(self, words, more):
        wanted = ('connect', 'url', 'clone', 'branch', 'root') + more
        given = {}
        self.fetch = True
        self.tuned = False
        words = iter(words)
        for word in words:
            if word == '--no-fetch':
                self.fetch = False
            elif word == '--tuned':
                self.tuned = True
            elif word.startswith('--') and word[2:] in wanted:
                given[word[2:]] = next(words, '')
            else:
                raise Failed(f'expected options of {wanted}; found "{word}"')
        missing = [name for name in wanted if not given.get(name)]
        if missing:
            raise Failed(f'expected a value for each of {missing}; found none')
        self.connect, self.url, self.clone, self.branch, self.root = (given[name] for name in wanted[:5])
        self.commit_znode = given.get('commit-znode')


def run(synchronise, more_options=()):
    """`synchronise` takes the options and returns the numbers of znodes created, updated and deleted."""
    import gc
    import json

    # Reference counts free nearly all there is; looking for cycles among 100,000 paths only takes time.
    gc.disable()
    try:
        created, updated, deleted = synchronise(Options(sys.argv[1:], more_options))
    except Exception as error:
        sys.stderr.write(f'{os.path.basename(sys.argv[0])}: {type(error).__name__}: {error}\n')
        sys.stderr.flush()
        os._exit(1)
    sys.stdout.write(json.dumps({'created': created, 'updated': updated, 'deleted': deleted}) + '\n')
    sys.stdout.flush()
    # The session is closed and everything is written: the interpreter need not take its objects apart.
    os._exit(0)


def start_fetch(options):
    """What `end_fetch` takes: the process, where it goes on beside what follows, else None."""
    if not options.fetch:
        return None
    branch = options.branch
    if os.path.isdir(options.clone):
        # As Enclosure fetches: these flags only leave out what nobody reads afterwards.
        quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance']
        command = ['git', '--git-dir', options.clone, 'fetch', *quiet, 'origin', f'+{branch}:{branch}']
    else:
        quiet = ['--bare', '--quiet', '--single-branch', '--branch', branch]
        command = ['git', 'clone', *quiet, options.url, options.clone]
    pid = os.posix_spawnp('git', command, os.environ)
    if options.tuned:
        return pid
    return end_fetch(pid)


def end_fetch(pid):
    if pid is not None:
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if status != 0:
            raise Failed(f'git could not fetch: exit code {status}')


def open_client(options):
    """Begins to connect and returns at once; `connected` waits."""
    from kazoo.client import KazooClient

    client = KazooClient(hosts=options.connect, timeout=30)
    client.begun = client.start_async()
    return client


def connected(client):
    if not client.begun.wait(30):
        raise Failed('no session with ZooKeeper within 30 s')


class Git:
    """One `git cat-file` answers for everything that is asked by name."""

    def __init__(self, options):
        import subprocess

        self._subprocess = subprocess
        self._git = ['git', '--git-dir', options.clone]
        self.branch = f'refs/heads/{options.branch}'
        command = [*self._git, 'cat-file', '--buffer', '--batch-command']
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=1 << 18)

    def ask_head(self):
        self._ask(f'info {self.branch}^0\n')

    def head(self):
        """The branch's commit, after `ask_head`."""
        return self._header()[0]

    def list(self, *command):
        """The fields of the output of a git command that ends each with NUL."""
        found = self._subprocess.run([*self._git, *command], stdout=self._subprocess.PIPE)
        if found.returncode != 0:
            raise Failed(f'git {command[0]} failed: exit code {found.returncode}')
        return found.stdout.decode().split('\0')[:-1]

    def tree(self):
        """The (path, blob) of every file and directory of the branch, parents before their children."""
        entries = []
        for entry in self.list('ls-tree', '-r', '-t', '-z', self.branch):
            description, path = entry.split('\t', 1)
            mode, _, name = description.split(' ')
            entries.append((path, blob_of(mode, name)))
        return entries

    def contents(self, names):
        """
        The contents of these blobs, in order. Git answers nothing before `flush`, and what is asked in advance fits into
        the pipe to it: neither side can wait for the other.
        """
        chunks = [names[at:at + BLOBS_AT_ONCE] for at in range(0, len(names), BLOBS_AT_ONCE)]
        self._ask_contents(chunks[:1])
        read = self._process.stdout.read
        for index, chunk in enumerate(chunks):
            self._ask_contents(chunks[index + 1:index + 2])
            for _ in chunk:
                size = self._header()[1]
                data = read(size + 1)
                if len(data) != size + 1:
                    raise Failed(f'expected {size} bytes from git cat-file; found {len(data)}')
                yield data[:-1]

    def close(self):
        self._process.stdin.close()
        if self._process.wait() != 0:
            raise Failed(f'git cat-file failed: exit code {self._process.returncode}')

    def _ask_contents(self, chunks):
        for chunk in chunks:
            self._ask(''.join([f'contents {name}\n' for name in chunk]))

    def _ask(self, text):
        self._process.stdin.write(f'{text}flush\n'.encode())
        self._process.stdin.flush()

    def _header(self):
        line = self._process.stdout.readline()
        try:
            name, _, size = line.split()
            return name.decode(), int(size)
        except ValueError:
            raise Failed(f'expected an object from git cat-file; found {line!r}') from None


def blob_of(mode, name):
    """The blob of a file, None for a directory."""
    if mode == '040000':
        return None
    if mode in ('100644', '100755'):
        return name
    raise Failed(f'expected files and directories; found an entry of mode {mode}')


class Transactions:
    """
    Fills kazoo's transactions, by their methods or, tuned, with the operations that these would add: checking each argument
    there takes as long as sending it.
    """

    def __init__(self, client, tuned=False):
        from kazoo.protocol.serialization import Create, Delete, SetData
        from kazoo.security import OPEN_ACL_UNSAFE

        self._kinds = Create, SetData, Delete
        self._acl = OPEN_ACL_UNSAFE
        self._client = client
        self._tuned = tuned
        self._flying = deque()
        self._begin()

    def create(self, path, data):
        self._make_room(len(path) + len(data))
        if self._tuned:
            self._operations.append(self._kinds[0](path, data, self._acl, 0))
        else:
            self._transaction.create(path, data)

    def set(self, path, data):
        self._make_room(len(path) + len(data))
        if self._tuned:
            self._operations.append(self._kinds[1](path, data, -1))
        else:
            self._transaction.set_data(path, data)

    def delete(self, path):
        self._make_room(len(path))
        if self._tuned:
            self._operations.append(self._kinds[2](path, -1))
        else:
            self._transaction.delete(path)

    def finish(self):
        if self._operations:
            self._send()
        self.wait()

    def wait(self):
        """Until all that were sent have succeeded; the one that is being filled is not sent."""
        while self._flying:
            self._take()

    def _make_room(self, size):
        if len(self._operations) == OPERATIONS or self._size + size > REQUEST_BYTES:
            self._send()
        self._size += size

    def _begin(self):
        self._transaction = self._client.transaction()
        self._operations = self._transaction.operations
        self._size = 0

    def _send(self):
        if len(self._flying) == IN_FLIGHT:
            self._take()
        self._flying.append((self._operations, self._transaction.commit_async()))
        self._begin()

    def _take(self):
        from kazoo.exceptions import RolledBackError, RuntimeInconsistency

        operations, result = self._flying.popleft()
        results = result.get()
        failed = [(one, operation) for one, operation in zip(results, operations) if isinstance(one, Exception)]
        if failed or len(results) != len(operations):
            # All are marked as failed; the one that did has an error of its own.
            own = [one for one in failed if not isinstance(one[0], (RolledBackError, RuntimeInconsistency))]
            error, operation = (own or failed or [('too few results', None)])[0]
            raise Failed(f'a transaction failed: {error!r} at {getattr(operation, "path", None)}')


def write(writer, git, root, new, changed, gone):
    """
    `new` and `changed` are (path, blob), `gone` is paths; parents before their children. Returns how many there were.
    """
    contents = git.contents([blob for entries in (new, changed) for _, blob in entries if blob])
    for put, entries in ((writer.create, new), (writer.set, changed)):
        for path, blob in entries:
            put(f'{root}/{path}', next(contents) if blob else b'')
    for path in reversed(gone):
        writer.delete(f'{root}/{path}')
    return len(new), len(changed), len(gone)

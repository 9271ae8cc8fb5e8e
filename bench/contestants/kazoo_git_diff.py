"""
The fastest thing that a good engineer writes in an afternoon: `git diff` from the commit that a znode names, applied in
pipelined transactions. No lock, no fence, no guard; drift goes unnoticed.
"""
import common

def synchronise(options):
    fetch = common.start_fetch(options)
    client = common.open_client(options)
    try:
        common.end_fetch(fetch)
        git = common.Git(options)
        git.ask_head()
        common.connected(client)
        applied = read_commit(client, options.commit_znode)
        head = git.head()
        counts = (0, 0, 0) if head == applied else deploy(client, git, options, applied, head)
        git.close()
        return counts
    finally:
        client.stop()


def read_commit(client, path):
    from kazoo.exceptions import NoNodeError

    try:
        return client.get(path)[0].decode()
    except NoNodeError:
        return None


def deploy(client, git, options, applied, head):
    if applied is None:
        client.ensure_path(options.root)
        new, changed, gone = git.tree(), [], []
    else:
        new, changed, gone = differences(git, applied, head)
    writer = common.Transactions(client, options.tuned)
    counts = common.write(writer, git, options.root, new, changed, gone)
    # In the last transaction, and that is sent when all before it have succeeded: the znode never names what is not there.
    writer.wait()
    put = writer.create if applied is None else writer.set
    put(options.commit_znode, head.encode())
    writer.finish()
    return counts


def differences(git, old, head):
    new, changed, gone = [], [], []
    fields = iter(git.list('diff-tree', '-r', '-t', '-z', '--raw', '--no-renames', old, head))
    for description, path in zip(fields, fields):
        old_mode, new_mode, _, name, _ = description.split(' ')
        if new_mode == '000000':
            gone.append(path)
        elif old_mode == ':000000':
            new.append((path, common.blob_of(new_mode, name)))
        elif new_mode != '040000':
            changed.append((path, common.blob_of(new_mode, name)))
    if not gone or not new:
        return new, changed, gone
    # A file that became a directory, or the reverse, is the same znode with other data.
    turned = {path for path, _ in new}.intersection(gone)
    changed += [entry for entry in new if entry[0] in turned]
    return [entry for entry in new if entry[0] not in turned], changed, [path for path in gone if path not in turned]


common.run(synchronise, ('commit-znode',))

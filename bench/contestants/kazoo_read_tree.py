"""As kazoo_git_diff.py, but no commit is kept anywhere: the whole tree is read, and what differs from git's is written."""
import common
import live_tree

common.run(lambda options: live_tree.synchronise(options, common.Transactions))

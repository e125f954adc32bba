"""What a command cannot do, whatever it is told: write outside the workspace, reach the network, reach us.

* It writes in the workspace, in folders that a person named, and in a `/tmp` of its own, which all commands
  of a session share: what one builds there is there for the next, and nothing of it meets the `/tmp` of
  others. `XDG_CACHE_HOME` lies in it, since many tools do nothing without a cache that they can write, and a
  cache that the person uses, too, would carry what a command plants to where nothing holds it.
* It reads everything a person can, keys in the home folder included, but our settings and recordings. What it
  read it cannot send.
* In a repository it can commit. What git runs or obeys cannot be changed: hooks, config, linked repositories.
  Names that a program would obey later, such as `.mcp.json`, cannot be made either.

Two ways do that, and `choose` takes the first that stops a command which tries: `bubblewrap` and `landlock`.
Their docstrings say what they leave open.
"""

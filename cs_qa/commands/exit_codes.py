"""What the exit code of a command says; docs/reference/cli.md lists them for users."""

OK = 0
SOME_UNUSABLE = 1
UNUSABLE = 2
PIPE_CLOSED = 141

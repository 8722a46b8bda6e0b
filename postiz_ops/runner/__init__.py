"""The self-hosted runner: the loop that follows the remote, what it tells, and how it is asked whether it is well."""

"""The command table and the one place where failures become exit codes. A command is imported when it is called."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

import click

from postiz_ops import __version__
from postiz_ops.errors import PostizError, UsageError
from postiz_ops.report.escape import escape

COMMANDS = {
    "init": ("init", "Make a content repository and its state branch."),
    "new": ("new", "Write a new post file."),
    "check": ("check", "Prove that every platform will take every post."),
    "explain": ("explain", "Print the page of a diagnostic."),
    "plan": ("plan", "Show what would happen if this work tree were approved."),
    "publish": ("publish", "Publish what is due, once."),
    "status": ("status", "Show where every delivery stands."),
    "resolve": ("resolve", "Settle a doubt: was it published, or not?"),
    "retry": ("retry", "Approve another attempt of a failed or expired delivery."),
    "pause": ("pause", "Stop publishing, with a reason."),
    "resume": ("resume", "Publish again."),
    "run": ("run", "Stay up, follow the remote, publish to the second."),
    "accounts": ("accounts", "Connect, list, check and trust accounts."),
    "vault": ("vault", "Keep credentials encrypted on the state branch."),
    "media": ("media", "Show how media are fitted, and pin remote ones."),
    "analytics": ("analytics", "Read, compare and export the platforms' figures."),
    "doctor": ("doctor", "Find what is wrong with the set-up."),
    "state": ("state", "Create, adopt or upgrade the state branch."),
    "schema": ("schema", "Print JSON Schemas and CODEOWNERS."),
    "sandbox": ("sandbox", "Serve a local stand-in for the platforms."),
    "demo": ("demo", "Go the whole way on a throw-away repository."),
}
"""Name -> (module under ``commands`` whose ``command`` it is, the line in ``--help``), in the order of a day's work."""


_REPORT = "nothing was lost; run it again with --verbose and report what it prints"


class Table(click.Group):
    """The commands, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command's name, in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"postiz_ops.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """The list in ``--help``, without importing one of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Table, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--repo", default=".", metavar="DIR", help="The content repository (default: where you are).")
@click.option("--endpoint", metavar="URL", help="Send every platform's requests to this loopback address.")
@click.option("--quiet", "-q", is_flag=True, help="Say only what went wrong.")
@click.option("--verbose", "-v", is_flag=True, help="Say more.")
@click.version_option(__version__, prog_name="postiz-ops")
@click.pass_context
def program(ctx: click.Context, repo: str, endpoint: str | None, *, quiet: bool, verbose: bool) -> None:
    """Terraform for social media: posts are Markdown files, a pull request is the review.

    Exit codes: 0 fine, 1 errors found or a delivery failed, 2 usage or configuration, 3 in doubt: see `postiz-ops
    status`, 75 try again, 78 refused by a guard.
    """
    ctx.obj = {"repo": repo, "endpoint": endpoint, "quiet": quiet, "verbose": verbose}


def run(arguments: Sequence[str]) -> int:
    """Run a command line; the exit code. Nothing else prints a failure."""
    try:
        outcome = program.main(list(arguments), prog_name="postiz-ops", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except Exception as failure:  # noqa: BLE001 - the one place where whatever happened becomes an exit code
        return _failed(failure, verbose=bool({"--verbose", "-v"} & set(arguments)))
    except KeyboardInterrupt:
        return _complain("interrupted", None, 130)
    return outcome if isinstance(outcome, int) else 0


def _failed(failure: Exception, *, verbose: bool) -> int:
    match failure:
        case PostizError():
            return _complain(failure.message, failure.help, failure.exit_code)
        case click.exceptions.NoArgsIsHelpError():
            failure.show()
            return UsageError.exit_code
        case click.ClickException():
            return _complain(failure.format_message(), _see(failure), UsageError.exit_code)
        case click.Abort():
            return _complain("interrupted", None, 130)
        case BrokenPipeError():
            sys.stderr.close()  # whoever read our output has left; there is nobody to tell
            return 141
    if verbose:
        raise failure  # ours, not the user's: a trace helps whoever mends it, and nobody else
    return _complain(f"postiz-ops stumbled: {type(failure).__name__}: {failure}", _REPORT, 1)


def _see(failure: click.ClickException) -> str | None:
    context = failure.ctx if isinstance(failure, click.UsageError) else None
    return f"see `{context.command_path} --help`" if context else None


def _complain(message: str, help_text: str | None, code: int) -> int:
    print(f"error: {escape(message)}", file=sys.stderr)
    if help_text:
        print(f"help: {escape(help_text)}", file=sys.stderr)
    return code

"""``kuberc view`` (upstream: kubectl ``cmd/kuberc``)."""

from __future__ import annotations

from minikctl.commands import _kuberc
from minikctl.commands._options import Command, flag
from minikctl.commands._shared import PrintOptions
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class ViewOptions(PrintOptions):
    """Flags of ``kuberc view``."""

    output: str = flag(
        "output", "o", default="yaml", group="Output", complete="outputs", help="yaml, json, jsonpath=... and so on."
    )


def run(options: ViewOptions, session: Session) -> None:
    """Print the preferences. Raises MinikctlError where there is no such file."""
    from minikctl.printing import make_printer

    printer = make_printer(
        options.output, template=options.template, allow_missing=options.allow_missing_template_keys, keep_order=True,
        show_managed_fields=options.show_managed_fields,
    )
    path = session.options.kuberc or _kuberc.default_path(session.env.environ)
    try:
        found, _ = _kuberc.load(path)
    except FileNotFoundError:
        session.print(f"kuberc file not found at {path}")
        return
    except OSError as error:
        raise MinikctlError(f"error reading kuberc file: open {path}: {(error.strerror or str(error)).lower()}") from error
    order = ("kind", "apiVersion", "defaults", "aliases", "credentialPluginPolicy", "credentialPluginAllowlist")
    found = {"aliases": None, "defaults": None, "metadata": {"name": "<unknown>"}, **found}
    if options.output != "name":
        del found["metadata"]
    session.write(printer.print({field: found[field] for field in (*order, "metadata") if field in found}))


COMMAND = Command(
    usage="kuberc view",
    summary="Print the preferences",
    examples=(("As YAML", "kuberc view"), ("Those of a file", "kuberc view --kuberc=preferences")),
    options=ViewOptions,
    run=run,
)

"""``config set-cluster`` (upstream: kubectl ``cmd/config/set_cluster.go``)."""

from __future__ import annotations

import os

from minikctl.commands import _contexts
from minikctl.commands._options import Command, Options, flag
from minikctl.commands.config._editing import editable, embedded, entry, put, wrong_arguments
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class SetClusterOptions(Options):
    """Flags of ``config set-cluster``."""

    server: str = flag("server", help="Where the cluster is; minikctl:///PATH names a state file.")
    tls_server_name: str = flag("tls-server-name", help="The name that its certificate has.")
    insecure_skip_tls_verify: bool = flag(
        "insecure-skip-tls-verify", kind="bool", help="Let other programs not check its certificate."
    )
    certificate_authority: str = flag("certificate-authority", complete="files", help="The file of its authority.")
    embed_certs: bool = flag("embed-certs", kind="bool", help="Keep the content of that file, not its name.")
    proxy_url: str = flag("proxy-url", help="The proxy on the way to it.")


def run(options: SetClusterOptions, session: Session) -> None:
    """Make a cluster or change what flags say of one."""
    if len(options.args) != 1:
        raise wrong_arguments(session, "config set-cluster", options.args)
    if options.insecure_skip_tls_verify and options.certificate_authority:
        raise UsageError("you cannot specify a certificate authority and insecure mode at the same time")
    if options.embed_certs and not options.certificate_authority:
        raise UsageError("you must specify a --certificate-authority to embed")
    path, config = editable(session)
    cluster, _ = entry(config, "clusters", options.args[0])
    _change(cluster, options)
    _contexts.save_config(path, config)
    session.print(f'Cluster "{options.args[0]}" set.')


def _change(cluster: Obj, options: SetClusterOptions) -> None:
    """Upstream: ``modifyCluster``; a new server makes the name in the old one's certificate worthless."""
    given = options.given
    if "server" in given:
        put(cluster, "server", options.server)
        cluster.pop("tls-server-name", None)
    if "tls-server-name" in given:
        put(cluster, "tls-server-name", options.tls_server_name)
    if "insecure-skip-tls-verify" in given:
        put(cluster, "insecure-skip-tls-verify", options.insecure_skip_tls_verify)
        if options.insecure_skip_tls_verify:
            cluster.pop("certificate-authority", None)
            cluster.pop("certificate-authority-data", None)
    if "certificate-authority" in given:
        authority = options.certificate_authority
        if options.embed_certs:
            cluster["certificate-authority-data"] = embedded(authority, "certificate-authority")
            cluster.pop("certificate-authority", None)
            cluster.pop("insecure-skip-tls-verify", None)
        else:
            put(cluster, "certificate-authority", os.path.abspath(authority) if authority else "")
            if authority:
                cluster.pop("insecure-skip-tls-verify", None)
                cluster.pop("certificate-authority-data", None)
    if "proxy-url" in given:
        put(cluster, "proxy-url", options.proxy_url)


COMMAND = Command(
    usage="config set-cluster NAME [--server=SERVER]",
    summary="Make a cluster or change one",
    description=(
        "A cluster whose server is minikctl:///PATH is that state file. Other clusters are kept for other programs; a context "
        "with one of them has a state of its own."
    ),
    examples=(
        ("A state file as a cluster", "config set-cluster staging --server=minikctl:///tmp/staging.db"),
        ("One that another program uses", "config set-cluster e2e --server=https://1.2.3.4"),
    ),
    options=SetClusterOptions,
    run=run,
)

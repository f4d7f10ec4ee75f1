"""Record what a real kubectl says of the objects in a folder: ``python tests/kinds/record_described.py KUBECTL FOLDER``.

``FOLDER/objects.json`` is served as a cluster that has these objects and no others, and no events; for each object the
answer of ``kubectl describe`` goes to ``FOLDER/KIND-NAME.txt``. No cluster is needed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

from minikctl import kinds
from minikctl.kinds import KINDS
from minikctl.lib import labels


class Cluster(BaseHTTPRequestHandler):
    """An API server for reading, without tables and versions."""

    objects: tuple[dict, ...] = ()

    def log_message(self, *words):
        pass

    def do_GET(self):
        url = urlparse(self.path)
        words = [word for word in url.path.split("/") if word]
        if words == ["api"]:
            self.answer({"kind": "APIVersions", "versions": ["v1"]})
        elif words == ["apis"]:
            groups = dict.fromkeys((info.group, info.version) for info in KINDS if info.group)
            versions = [(name, {"groupVersion": f"{name}/{version}", "version": version}) for name, version in groups]
            self.answer({"kind": "APIGroupList", "groups": [
                {"name": name, "versions": [row for each, row in versions if each == name],
                 "preferredVersion": next(row for each, row in versions if each == name)}
                for name in dict.fromkeys(name for name, _ in versions)
            ]})
        elif words[0] == "api":
            self.resources("", words[1], words[2:], parse_qs(url.query))
        else:
            self.resources(words[1], words[2], words[3:], parse_qs(url.query))

    def resources(self, group, version, words, query):
        rows = [info for info in KINDS if (info.group, info.version) == (group, version)]
        if not words:
            self.answer({"kind": "APIResourceList", "groupVersion": f"{group}/{version}".strip("/"), "resources": [
                {"name": info.plural, "singularName": info.singular, "namespaced": info.namespaced, "kind": info.kind,
                 "verbs": list(info.verbs), "shortNames": list(info.short_names)}
                for info in rows
            ]})
            return
        namespace = None
        if words[0] == "namespaces" and len(words) > 2:
            namespace, words = words[1], words[2:]
        info = next(info for info in rows if info.plural == words[0])
        found = [
            obj for obj in self.objects
            if (obj["kind"], obj["apiVersion"]) == (info.kind, info.api_version)
            and namespace in (None, obj["metadata"].get("namespace"))
        ]
        if len(words) > 1:
            one = next((obj for obj in found if obj["metadata"]["name"] == words[1]), None)
            missing = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404,
                       "message": f'{info.resource} "{words[1]}" not found'}
            self.answer(one or missing, 200 if one else 404)
            return
        selector = labels.parse(query.get("labelSelector", [""])[0])
        items = [
            obj for obj in found
            if selector.matches(obj["metadata"].get("labels") or {}) and has_fields(obj, query.get("fieldSelector", [""])[0])
        ]
        self.answer({"kind": f"{info.kind}List", "apiVersion": info.api_version, "metadata": {}, "items": items})

    def answer(self, obj, code=200):
        body = json.dumps(obj).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def has_fields(obj, terms):
    """Whether ``spec.nodeName=a,status.phase!=Failed`` is so."""
    for term in filter(None, terms.split(",")):
        path, _, wanted = term.replace("!=", "=").partition("=")
        value = obj
        for key in path.split("."):
            value = (value or {}).get(key)
        if ((value or "") == wanted) == ("!=" in term):
            return False
    return True


def main(kubectl, folder):
    objects = json.loads((folder / "objects.json").read_text(encoding="utf-8"))
    Cluster.objects = tuple(objects)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Cluster)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "HOME": home, "TZ": "UTC", "KUBECONFIG": os.devnull}
        for obj in objects:
            info = kinds.info_for_object(obj["apiVersion"], obj["kind"])
            meta = obj["metadata"]
            words = [kubectl, "--server", f"http://127.0.0.1:{server.server_port}", "describe"]
            words += [f"{info.plural}.{info.version}.{info.group}" if info.group else info.plural, meta["name"]]
            words += ["-n", meta.get("namespace", "default")]
            done = subprocess.run(words, env=environ, capture_output=True, text=True, check=True)
            (folder / f"{obj['kind'].lower()}-{meta['name']}.txt").write_text(done.stdout, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

import io
import os

import pytest

from minikctl.api.manifests.globbing import BadPatternError, glob
from minikctl.api.manifests.sources import expand, read_bytes
from minikctl.errors import AggregateError, MinikctlError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    in_d = ("d/b.yaml", "d/a.yml", "d/c.json", "d/n.txt", "d/u.YAML", "d/.hid.yaml", "d/sub/s.yaml")
    for name in (*in_d, "f1.yaml", "f2.yaml", "plain"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a: 1\n")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("d")
    return tmp_path


IN_D = ["d/.hid.yaml", "d/a.yml", "d/b.yaml", "d/c.json"]
EXPANDED = [
    (["f1.yaml"], False, ["f1.yaml"], True),
    (["./f1.yaml"], False, ["./f1.yaml"], True),
    (["plain"], False, ["plain"], True),
    (["f2.yaml", "f1.yaml"], False, ["f2.yaml", "f1.yaml"], False),
    (["d"], False, IN_D, False),
    (["./d/"], False, IN_D, False),
    (["d"], True, [*IN_D, "d/sub/s.yaml"], False),
    (["d/sub"], False, ["d/sub/s.yaml"], True),
    (["f1.yaml", "d/sub", "empty"], False, ["f1.yaml", "d/sub/s.yaml"], False),
    (["link"], False, ["link"], True),
    (["link/"], False, [each.replace("d/", "link/", 1) for each in IN_D], False),
    (["-"], False, ["STDIN"], False),
    (["f*.yaml"], False, ["f1.yaml", "f2.yaml"], False),
    (["./f?.yaml"], False, ["f1.yaml", "f2.yaml"], False),
    (["f[^2].yaml"], False, ["f1.yaml"], True),
    (["f\\1.yaml"], False, ["f1.yaml"], True),
    (["d/*.y*ml"], False, ["d/.hid.yaml", "d/a.yml", "d/b.yaml"], False),
    (["*/sub/*"], False, ["d/sub/s.yaml", "link/sub/s.yaml"], False),
    (["d/s*"], False, ["d/sub/s.yaml"], True),
]


@pytest.mark.parametrize(("names", "recursive", "paths", "single"), EXPANDED)
@pytest.mark.usefixtures("folder")
def test_arguments_name_files_folders_and_patterns(names, recursive, paths, single):
    found = expand(names, recursive=recursive)
    assert (found.paths, found.single_item_implied) == (paths, single)


WRONG = [
    (["missing.yaml"], 'error: the path "missing.yaml" does not exist'),
    (["nope*.yaml"], 'error: the path "nope*.yaml" does not exist'),
    (["empty"], "error: error reading [empty]: recognized file extensions are [.json .yaml .yml]"),
    (["empty", "empty"], "error: error reading [empty]: recognized file extensions are [.json .yaml .yml]"),
    (["[.yaml"], 'error: pattern "[.yaml" is not valid: syntax error in pattern'),
    (["f1.yaml/x"], 'error: the path "f1.yaml/x" cannot be accessed: stat f1.yaml/x: not a directory'),
    (["-", "-"], "error: standard input cannot be used for multiple arguments"),
    (["a", "f1.yaml", "b"], 'the path "a" does not exist\nthe path "b" does not exist'),
    (
        ["https://a/b"],
        'error: the URL "https://a/b" cannot be read: URLs are not supported, fetch the file and pass it with -f',
    ),
]


@pytest.mark.parametrize(("names", "message"), WRONG)
@pytest.mark.usefixtures("folder")
def test_wrong_arguments_are_all_reported_before_anything_is_read(names, message):
    with pytest.raises(MinikctlError) as caught:
        expand(names)
    assert caught.value.user_message() == message
    assert isinstance(caught.value, AggregateError) == ("\n" in message)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read(folder):
    (folder / "d").chmod(0)
    with pytest.raises(MinikctlError) as caught:
        expand(["d"])
    (folder / "d").chmod(0o700)
    assert str(caught.value) == 'error reading "d": open d: permission denied'


def test_a_link_to_a_folder_is_no_file(folder):
    assert folder
    with pytest.raises(MinikctlError) as caught:
        read_bytes("link")
    assert str(caught.value) == "error parsing link: read link: is a directory"


def test_a_file_that_went_away(tmp_path):
    with pytest.raises(MinikctlError) as caught:
        read_bytes(str(tmp_path / "x"))
    assert str(caught.value) == f"open {tmp_path}/x: no such file or directory"


@pytest.mark.parametrize("stream", [io.BytesIO(b"\xef\xbb\xbfa"), io.StringIO("a"), io.TextIOWrapper(io.BytesIO(b"a"))])
def test_standard_input_is_text_or_bytes(stream):
    assert read_bytes("STDIN", stream) == b"a"


PATTERNS = [
    ("f[1-2].yaml", ["f1.yaml", "f2.yaml"]), ("f[2-1].yaml", []), ("f[\\1].yaml", ["f1.yaml"]), ("f[]].yaml", None),
    ("f[", None), ("f[1", None), ("f\\", None), ("f[-1].yaml", None), ("f1.yaml", ["f1.yaml"]), ("nope/*", []),
    ("**/s.yaml", []),
    ("**/sub/s.yaml", ["d/sub/s.yaml", "link/sub/s.yaml"]),
]


@pytest.mark.parametrize(("pattern", "paths"), PATTERNS)
@pytest.mark.usefixtures("folder")
def test_patterns_are_go_s(pattern, paths):
    if paths is None:
        with pytest.raises(BadPatternError, match="syntax error in pattern"):
            glob(pattern)
    else:
        assert glob(pattern) == paths

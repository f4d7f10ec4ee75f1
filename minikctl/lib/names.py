"""Which names, keys and values Kubernetes takes, in upstream's words.

Each function returns the list of what is wrong with its argument, empty when all is well; callers turn the messages
into field errors. Upstream: apimachinery ``util/validation`` and ``api/validate/content``. The two count alike but word
the limit differently ("characters" there, "bytes" here for label keys and values), which is kept.
"""

from __future__ import annotations

import re

from minikctl.lib.ips import parse_cidr, parse_ip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

LABEL_MAX = 63
SUBDOMAIN_MAX = 253

_LABEL_KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL_KEY_MESSAGE = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
)
_LABEL_VALUE = f"({_LABEL_KEY})?"
_DNS1123_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_DNS1123_SUBDOMAIN = rf"{_DNS1123_LABEL}(\.{_DNS1123_LABEL})*"
_DNS1035_LABEL = "[a-z]([-a-z0-9]*[a-z0-9])?"
_WILDCARD = rf"\*\.{_DNS1123_SUBDOMAIN}"
_PERCENT = "[0-9]+%"
_HTTP_HEADER = "[-A-Za-z0-9]+"
_ENV_VAR = "[-._a-zA-Z][-._a-zA-Z0-9]*"
_CONFIG_MAP_KEY = "[-._a-zA-Z0-9]+"

# Patterns are compiled when they are first needed: most commands judge no name at all.
_matchers: dict[str, Callable[[str], object]] = {}


def _fits(pattern: str, value: str) -> bool:
    """Whether the whole of ``value`` matches. ``re.fullmatch`` takes four times as long to find what it compiled."""
    match = _matchers.get(pattern)
    if match is None:
        match = _matchers[pattern] = re.compile(pattern).fullmatch
    return match(value) is not None


# ---------------------------------------------------------------------------------------------------------------------
# Words
# ---------------------------------------------------------------------------------------------------------------------


def max_length_error(most: int, unit: str = "characters") -> str:
    """``must be no more than 63 characters``."""
    return f"must be no more than {most} {unit}"


def regex_error(message: str, pattern: str, *examples: str) -> str:
    """The message with its examples and the pattern, as upstream's ``RegexError`` joins them (with its stray comma)."""
    if not examples:
        return f"{message} (regex used for validation is '{pattern}')"
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{message} (e.g. {shown}regex used for validation is '{pattern}')"


def range_error(low: int, high: int) -> str:
    """``must be between 1 and 65535, inclusive``."""
    return f"must be between {low} and {high}, inclusive"


def _bytes(text: str) -> int:
    """The length as Go counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


# ---------------------------------------------------------------------------------------------------------------------
# Labels and annotations
# ---------------------------------------------------------------------------------------------------------------------


def is_qualified_name(value: str) -> list[str]:
    """A label key, an annotation key (in lower case) or a finalizer: ``app``, ``example.com/app``."""
    if len(value) <= LABEL_MAX and _fits(_LABEL_KEY, value):
        return []
    prefix, slash, name = value.partition("/")
    if "/" in name:
        message = regex_error(_LABEL_KEY_MESSAGE, _LABEL_KEY, "MyName", "my.name", "123-abc")
        prefixed = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        return [f"a valid label key {message} {prefixed}"]
    messages = []
    if not slash:
        name = prefix
    elif not prefix:
        messages.append("prefix part must be non-empty")
    else:
        messages += [f"prefix part {message}" for message in _subdomain(prefix, "bytes")]
    if not name:
        messages.append("name part must be non-empty")
    elif _bytes(name) > LABEL_MAX:
        messages.append(f"name part {max_length_error(LABEL_MAX, 'bytes')}")
    if not _fits(_LABEL_KEY, name):
        message = regex_error(_LABEL_KEY_MESSAGE, _LABEL_KEY, "MyName", "my.name", "123-abc")
        messages.append(f"name part {message}")
    return messages


def is_valid_label_value(value: str) -> list[str]:
    """A label's value; it may be empty."""
    if len(value) <= LABEL_MAX and _fits(_LABEL_VALUE, value):
        return []
    messages = []
    if _bytes(value) > LABEL_MAX:
        messages.append(max_length_error(LABEL_MAX, "bytes"))
    if not _fits(_LABEL_VALUE, value):
        messages.append(regex_error(
            f"a valid label must be an empty string or consist of{_LABEL_KEY_MESSAGE.removeprefix('must consist of')}",
            _LABEL_VALUE, "MyValue", "my_value", "12345",
        ))
    return messages


# ---------------------------------------------------------------------------------------------------------------------
# Names of objects
# ---------------------------------------------------------------------------------------------------------------------


def is_dns1123_label(value: str) -> list[str]:
    """A label of a DNS name (RFC 1123): the names of Namespaces, containers, volumes."""
    if len(value) <= LABEL_MAX and _fits(_DNS1123_LABEL, value):
        return []
    messages = []
    if _bytes(value) > LABEL_MAX:
        messages.append(max_length_error(LABEL_MAX))
    if not _fits(_DNS1123_LABEL, value):
        if _fits(_DNS1123_SUBDOMAIN, value):
            messages.append("must not contain dots")
        else:
            messages.append(regex_error(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start "
                "and end with an alphanumeric character", _DNS1123_LABEL, "my-name", "123-abc",
            ))
    return messages


def is_dns1123_subdomain(value: str) -> list[str]:
    """A DNS name (RFC 1123): the names of most objects."""
    return _subdomain(value, "characters")


def _subdomain(value: str, unit: str) -> list[str]:
    if len(value) <= SUBDOMAIN_MAX and _fits(_DNS1123_SUBDOMAIN, value):
        return []
    messages = []
    if _bytes(value) > SUBDOMAIN_MAX:
        messages.append(max_length_error(SUBDOMAIN_MAX, unit))
    if not _fits(_DNS1123_SUBDOMAIN, value):
        messages.append(regex_error(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
            "start and end with an alphanumeric character", _DNS1123_SUBDOMAIN, "example.com",
        ))
    return messages


def is_dns1035_label(value: str) -> list[str]:
    """A label of a DNS name (RFC 1035), which starts with a letter: the names of Services before 1.34."""
    messages = []
    if _bytes(value) > LABEL_MAX:
        messages.append(max_length_error(LABEL_MAX))
    if not _fits(_DNS1035_LABEL, value):
        messages.append(regex_error(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
            "character, and end with an alphanumeric character", _DNS1035_LABEL, "my-name", "abc-123",
        ))
    return messages


def is_wildcard_dns1123_subdomain(value: str) -> list[str]:
    """``*.example.com``, as the hosts of an Ingress."""
    messages = []
    if _bytes(value) > SUBDOMAIN_MAX:
        messages.append(max_length_error(SUBDOMAIN_MAX))
    if not _fits(_WILDCARD, value):
        messages.append(regex_error(
            "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist "
            "of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
            _WILDCARD, "*.example.com",
        ))
    return messages


# ---------------------------------------------------------------------------------------------------------------------
# What stands in specs
# ---------------------------------------------------------------------------------------------------------------------


def is_valid_port_num(port: int) -> list[str]:
    """A port from 1 to 65535."""
    return is_in_range(port, 1, 65535)


def is_in_range(value: int, low: int, high: int) -> list[str]:
    """A number from ``low`` to ``high``, both included."""
    return [] if low <= value <= high else [range_error(low, high)]


def is_valid_port_name(port: str) -> list[str]:
    """The name of a container's port (RFC 6335): ``http``, at most 15 characters."""
    messages = []
    if _bytes(port) > 15:
        messages.append(max_length_error(15))
    if not _fits("[-a-z0-9]+", port):
        messages.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", port):
        messages.append("must contain at least one letter (a-z)")
    if "--" in port:
        messages.append("must not contain consecutive hyphens")
    if port and (port[0] == "-" or port[-1] == "-"):
        messages.append("must not begin or end with a hyphen")
    return messages


def is_env_var_name(value: str) -> list[str]:
    """The name of an environment variable, as the API server takes it: printable ASCII but ``=``.

    Upstream: ``IsRelaxedEnvVarName``.
    """
    messages = []
    if not value:
        messages.append("environment variable name must be non-empty")
    if not _fits("[ -<>-~]*", value):
        messages.append(
            "a valid environment variable name must consist only of printable ASCII characters other than '='"
        )
    return messages


def is_strict_env_var_name(value: str) -> list[str]:
    """The name of an environment variable, as kubectl's ``--from-env-file`` and ``set env`` take it.

    Upstream: ``IsEnvVarName``.
    """
    messages = []
    if not _fits(_ENV_VAR, value):
        messages.append(regex_error(
            "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and "
            "must not start with a digit", _ENV_VAR, "my.env-name", "MY_ENV.NAME", "MyEnvName1",
        ))
    return messages + _leads_up(value)


def is_config_map_key(value: str) -> list[str]:
    """A key in the data of a ConfigMap or Secret."""
    messages = []
    if _bytes(value) > SUBDOMAIN_MAX:
        messages.append(max_length_error(SUBDOMAIN_MAX))
    if not _fits(_CONFIG_MAP_KEY, value):
        messages.append(regex_error(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
            _CONFIG_MAP_KEY, "key.name", "KEY_NAME", "key-name",
        ))
    return messages + _leads_up(value)


def _leads_up(value: str) -> list[str]:
    """What may become a file's name must not lead out of its folder."""
    if value in {".", ".."}:
        return [f"must not be '{value}'"]
    return ["must not start with '..'"] if value.startswith("..") else []


def is_percent(value: str) -> list[str]:
    """``25%``."""
    if _fits(_PERCENT, value):
        return []
    return [regex_error(
        "a valid percent string must be a numeric string followed by an ending '%'", _PERCENT, "1%", "93%",
    )]


def is_http_header_name(value: str) -> list[str]:
    """The name of a header that a probe sends."""
    if _fits(_HTTP_HEADER, value):
        return []
    return [regex_error(
        "a valid HTTP header must consist of alphanumeric characters or '-'", _HTTP_HEADER, "X-Header-Name",
    )]


def is_valid_ip(value: str) -> list[str]:
    """An IPv4 or IPv6 address; leading zeros are taken, as upstream's ``ParseIPSloppy`` does."""
    return [] if parse_ip(value) else ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]


def is_cidr(value: str) -> list[str]:
    """A network: ``10.9.8.0/24``."""
    return [] if parse_cidr(value) else ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"]

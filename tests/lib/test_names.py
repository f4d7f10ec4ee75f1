import pytest

from minikctl.lib import names

_ALPHANUMERIC = "and must start and end with an alphanumeric character"
_KEY = (
    f"name part must consist of alphanumeric characters, '-', '_' or '.', {_ALPHANUMERIC} (e.g. 'MyName',  or "
    "'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    f"{_ALPHANUMERIC} (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_LABEL = (
    f"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', {_ALPHANUMERIC} (e.g. "
    "'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_SUBDOMAIN = (
    f"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', {_ALPHANUMERIC} "
    "(e.g. 'example.com', regex used "
    r"for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_DNS_1035 = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    "'[a-z]([-a-z0-9]*[a-z0-9])?')"
)
_ENV = (
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not "
    "start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is "
    "'[-._a-zA-Z][-._a-zA-Z0-9]*')"
)
_CONFIG_KEY = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
    "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
_PERCENT = (
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for "
    "validation is '[0-9]+%')"
)
_HEADER = (
    "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for "
    "validation is '[-A-Za-z0-9]+')"
)
_WILDCARD = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of "
    "lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', "
    r"regex used for validation is '\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_TOO_MANY_SLASHES = (
    f"a valid label key {_KEY.removeprefix('name part ')} with an optional DNS subdomain prefix and '/' (e.g. "
    "'example.com/MyName')"
)

GOOD = [
    (names.is_qualified_name, ["a", "A", "1", "a-b_c.d", "example.com/a", "a.b/C_d", "a" * 63, "x" * 253 + "/a"]),
    (names.is_valid_label_value, ["", "a", "A.b-c_d", "1", "a" * 63]),
    (names.is_dns1123_label, ["a", "1", "a-b", "a" * 63]),
    (names.is_dns1123_subdomain, ["a", "a.b", "1.2", "a-b.c-d", "a" * 253]),
    (names.is_dns1035_label, ["a", "a1", "a-b", "a" * 63]),
    (names.is_wildcard_dns1123_subdomain, ["*.a", "*.a.b", "*.example.com"]),
    (names.is_valid_port_num, [1, 80, 65535]),
    (names.is_valid_port_name, ["http", "a", "a1-b2", "8a", "a" * 15]),
    (names.is_env_var_name, ["A", "1", "a b", "-", "a.b", "!", "~"]),
    (names.is_strict_env_var_name, ["A", "_", "a.b-c", "-", ".a"]),
    (names.is_config_map_key, ["a", "A.b_c-d", ".a", "a..", "1", "a" * 253]),
    (names.is_percent, ["0%", "100%", "1000%"]),
    (names.is_http_header_name, ["X-A", "a", "-"]),
    (names.is_valid_ip, ["10.0.0.1", "::1", "010.0.0.1"]),
    (names.is_cidr, ["10.0.0.0/8", "fd00::/64"]),
]


@pytest.mark.parametrize(
    ("judge", "value"), [(judge, value) for judge, values in GOOD for value in values],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_is_right_has_no_complaints(judge, value):
    assert judge(value) == []


BAD = [
    (names.is_qualified_name, "", ["name part must be non-empty", _KEY]),
    (names.is_qualified_name, "bad key!", [_KEY]),
    (names.is_qualified_name, "-a", [_KEY]),
    (names.is_qualified_name, "a\n", [_KEY]),
    (names.is_qualified_name, "é", [_KEY]),
    (names.is_qualified_name, "a" * 64, ["name part must be no more than 63 bytes"]),
    (names.is_qualified_name, "a/", ["name part must be non-empty", _KEY]),
    (names.is_qualified_name, "/a", ["prefix part must be non-empty"]),
    (names.is_qualified_name, "A/a", [f"prefix part {_SUBDOMAIN}"]),
    (names.is_qualified_name, "a" * 254 + "/a", ["prefix part must be no more than 253 bytes"]),
    (names.is_qualified_name, "a/b/c", [_TOO_MANY_SLASHES]),
    (names.is_valid_label_value, "bad value!", [_VALUE]),
    (names.is_valid_label_value, "a" * 64, ["must be no more than 63 bytes"]),
    (names.is_valid_label_value, "-" * 64, ["must be no more than 63 bytes", _VALUE]),
    (names.is_valid_label_value, "a\n", [_VALUE]),
    (names.is_dns1123_label, "Bad_Name", [_LABEL]),
    (names.is_dns1123_label, "a.b", ["must not contain dots"]),
    (names.is_dns1123_label, "a" * 64, ["must be no more than 63 characters"]),
    (names.is_dns1123_label, "", [_LABEL]),
    (names.is_dns1123_subdomain, "Bad_Name", [_SUBDOMAIN]),
    (names.is_dns1123_subdomain, "a..b", [_SUBDOMAIN]),
    (names.is_dns1123_subdomain, "a" * 254, ["must be no more than 253 characters"]),
    (names.is_dns1035_label, "1bad", [_DNS_1035]),
    (names.is_dns1035_label, "a" * 64, ["must be no more than 63 characters"]),
    (names.is_valid_port_num, 0, ["must be between 1 and 65535, inclusive"]),
    (names.is_valid_port_num, 99999, ["must be between 1 and 65535, inclusive"]),
    (names.is_valid_port_name, "", [
        "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
        "must contain at least one letter (a-z)",
    ]),
    (names.is_valid_port_name, "-a--b-", [
        "must not contain consecutive hyphens", "must not begin or end with a hyphen",
    ]),
    (names.is_valid_port_name, "a" * 16, ["must be no more than 15 characters"]),
    (names.is_valid_port_name, "80", ["must contain at least one letter (a-z)"]),
    (names.is_env_var_name, "", ["environment variable name must be non-empty"]),
    (names.is_env_var_name, "a=b", [
        "a valid environment variable name must consist only of printable ASCII characters other than '='",
    ]),
    (names.is_env_var_name, "é", [
        "a valid environment variable name must consist only of printable ASCII characters other than '='",
    ]),
    (names.is_strict_env_var_name, "1a", [_ENV]),
    (names.is_strict_env_var_name, "", [_ENV]),
    (names.is_strict_env_var_name, "..a", ["must not start with '..'"]),
    (names.is_config_map_key, "a!", [_CONFIG_KEY]),
    (names.is_config_map_key, "..", ["must not be '..'"]),
    (names.is_config_map_key, ".", ["must not be '.'"]),
    (names.is_config_map_key, "..x", ["must not start with '..'"]),
    (names.is_config_map_key, "a" * 254, ["must be no more than 253 characters"]),
    (names.is_percent, "5", [_PERCENT]),
    (names.is_http_header_name, "X_A", [_HEADER]),
    (names.is_wildcard_dns1123_subdomain, "a.*.b", [_WILDCARD]),
    (names.is_valid_ip, "10.0.0", ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]),
    (names.is_cidr, "10.0.0.0/33", ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"]),
]


@pytest.mark.parametrize(("judge", "value", "messages"), BAD)
def test_what_is_wrong_is_said_in_upstream_s_words(judge, value, messages):
    assert judge(value) == messages

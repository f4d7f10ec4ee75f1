"""The functions that Kubernetes adds to the Common Expression Language, and the language with them in it.

Upstream: ``apiserver/pkg/cel/library`` (lists, regex, quantity, url, ip, cidr) and cel-go's extensions. A quantity is a map
with one key to the language, which nothing but these functions looks into. Only loaded when a schema has rules.
"""

from __future__ import annotations

from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_math, ext_optional, ext_strings

from minikctl.lib.goregexp import compile_regexp

_T = cel.Type
_QUANTITY = "kubernetes.Quantity"


def environment() -> Any:
    """The language in which ``self``, ``oldSelf`` and ``hasOld`` are known."""
    return cel.NewEnv(
        variables={"self": _T.DYN, "oldSelf": _T.DYN, "hasOld": _T.BOOL},
        extensions=[ext_strings.ExtStrings(), ext_optional.ExtOptional(), ext_math.ExtMath()],
        functions=[*_list_functions(), *_text_functions(), *_quantity_functions(), *_set_functions()],
    )


def _declare(name: str, *overloads: tuple[Any, list[Any], Any], member: bool = True) -> Any:
    """A function of several forms, each of a result's type, the types of its parameters, and what it does."""
    return cel.FunctionDecl(name, [
        cel.Overload(
            f"{name}({','.join(each.name() for each in parameters)}){'m' if member else ''}{index}", result, parameters, member,
            impl,
        )
        for index, (result, parameters, impl) in enumerate(overloads)
    ])


def _list_functions() -> list[Any]:
    # indexOf and lastIndexOf are those of texts: a function cannot be declared twice.
    return [
        _declare("sum", (_T.DYN, [_T.LIST], sum)),
        _declare("min", (_T.DYN, [_T.LIST], min)),
        _declare("max", (_T.DYN, [_T.LIST], max)),
        _declare("isSorted", (_T.BOOL, [_T.LIST], lambda values: list(values) == sorted(values))),
    ]


def _text_functions() -> list[Any]:
    def find(text: str, pattern: str) -> str:
        return compile_regexp(pattern).find(text)

    def find_all(text: str, pattern: str, limit: int = -1) -> list[str]:
        return compile_regexp(pattern).find_all(text, limit)

    return [
        _declare("find", (_T.STRING, [_T.STRING, _T.STRING], find)),
        _declare(
            "findAll", (_T.LIST, [_T.STRING, _T.STRING], find_all), (_T.LIST, [_T.STRING, _T.STRING, _T.INT], find_all),
        ),
        _declare("isURL", (_T.BOOL, [_T.STRING], _is_url), member=False),
        _declare("isIP", (_T.BOOL, [_T.STRING], _is_ip), member=False),
        _declare("isCIDR", (_T.BOOL, [_T.STRING], _is_cidr), member=False),
    ]


def _is_url(text: str) -> bool:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme or text.startswith("/"))


def _is_ip(text: str) -> bool:
    from minikctl.lib.ips import parse_ip

    return parse_ip(text) is not None


def _is_cidr(text: str) -> bool:
    from minikctl.lib.ips import parse_cidr

    return parse_cidr(text) is not None


def _quantity_functions() -> list[Any]:
    from fractions import Fraction

    from minikctl.lib.quantity import canonical, parse_quantity

    def value(quantity: dict[str, str]) -> Fraction:
        parsed = parse_quantity(quantity[_QUANTITY])
        return Fraction(parsed.mantissa) * Fraction(10) ** parsed.scale

    def make(text: str) -> dict[str, str]:
        parse_quantity(text)
        return {_QUANTITY: text}

    def is_quantity(text: str) -> bool:
        try:
            parse_quantity(text)
        except ValueError:
            return False
        return True

    def combined(one: dict[str, str], other: Any, sign: int) -> dict[str, str]:
        amount = Fraction(other) if isinstance(other, int) else value(other)
        total = value(one) + sign * amount
        return {_QUANTITY: canonical(str(int(total)) if total.denominator == 1 else f"{round(total * 1000)}m")}

    pair, mixed = [_T.MAP, _T.MAP], [_T.MAP, _T.INT]
    return [
        _declare("quantity", (_T.MAP, [_T.STRING], make), member=False),
        _declare("isQuantity", (_T.BOOL, [_T.STRING], is_quantity), member=False),
        _declare("isGreaterThan", (_T.BOOL, pair, lambda one, other: value(one) > value(other))),
        _declare("isLessThan", (_T.BOOL, pair, lambda one, other: value(one) < value(other))),
        _declare(
            "compareTo",
            (_T.INT, pair, lambda one, other: (value(one) > value(other)) - (value(one) < value(other))),
        ),
        _declare("sign", (_T.INT, [_T.MAP], lambda one: (value(one) > 0) - (value(one) < 0))),
        _declare("isInteger", (_T.BOOL, [_T.MAP], lambda one: value(one).denominator == 1)),
        _declare("asInteger", (_T.INT, [_T.MAP], lambda one: int(value(one)))),
        _declare("asApproximateFloat", (_T.DOUBLE, [_T.MAP], lambda one: float(value(one)))),
        _declare(
            "add", (_T.MAP, pair, lambda one, other: combined(one, other, 1)),
            (_T.MAP, mixed, lambda one, other: combined(one, other, 1)),
        ),
        _declare(
            "sub", (_T.MAP, pair, lambda one, other: combined(one, other, -1)),
            (_T.MAP, mixed, lambda one, other: combined(one, other, -1)),
        ),
    ]


def _set_functions() -> list[Any]:
    lists = [_T.LIST, _T.LIST]

    def contains(one: list[Any], other: list[Any]) -> bool:
        return all(item in one for item in other)

    return [
        _declare("sets.contains", (_T.BOOL, lists, contains), member=False),
        _declare(
            "sets.equivalent", (_T.BOOL, lists, lambda one, other: contains(one, other) and contains(other, one)),
            member=False,
        ),
        _declare(
            "sets.intersects", (_T.BOOL, lists, lambda one, other: any(item in one for item in other)), member=False,
        ),
    ]

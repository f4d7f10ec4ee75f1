"""The list of controllers and the modules say the same."""

import pkgutil
from importlib import import_module

import pytest

from minikctl import controllers
from minikctl.controllers import CONTROLLERS, load


@pytest.mark.parametrize(("name", "watches"), CONTROLLERS)
def test_the_list_repeats_what_the_controller_says(name, watches):
    controller = load(name)
    assert (controller.name, sorted(controller.watches)) == (name, sorted(watches))


def test_every_controller_is_in_the_list():
    modules = {module.name for module in pkgutil.iter_modules(controllers.__path__)}
    offering = {name for name in modules if hasattr(import_module(f"minikctl.controllers.{name}"), "CONTROLLER")}
    assert offering == {name for name, _ in CONTROLLERS}

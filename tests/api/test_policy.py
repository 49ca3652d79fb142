from pathlib import Path

import pytest
import yaml

from api.domains.review.policy import DEFAULT, PolicyError, load_policy
from api.main import create_app
from settings import Settings, SettingsError
from vocabulary import Role

FINANCE = Role.FINANCE


@pytest.mark.parametrize(
    ("nominal", "band", "second", "people"),
    [
        (4_999_999, "low", False, 1),
        (5_000_000, "low", False, 2),
        (4_999_999, "medium", False, 2),
        (1, "high", False, 2),
        (100, "low", True, 2),
        (50_000_000, "high", True, 2),
    ],
)
def test_the_default_tiers(nominal: int, band: str, second: bool, people: int) -> None:
    assert load_policy().required(nominal, band, second=second) == (FINANCE,) * people


def test_a_deployment_sets_its_own_tiers(tmp_path: Path) -> None:
    content = yaml.safe_load(DEFAULT.read_text())
    content["approval"]["tiers"] = [
        {"below": 100, "approvals": ["finance"]},
        {"approvals": ["finance", "finance", "admin"]},
    ]
    file = tmp_path / "policy.yaml"
    file.write_text(yaml.safe_dump(content))
    policy = load_policy(file)
    assert policy.required(99, "high", second=False) == (FINANCE,)
    assert policy.required(100, "low", second=True) == (FINANCE, FINANCE, Role.ADMIN)


@pytest.mark.parametrize(
    ("path", "value", "reply"),
    [
        (("approval", "tiers"), [{"below": 5, "approvals": ["finance"]}], "last tier must fit"),
        (("approval", "tiers"), [{"approvals": []}], "approval.tiers.0.approvals"),
        (("approval", "tiers"), [{"approvals": ["growth"]}], "approval.tiers.0.approvals.0"),
        (("risk", "weights", "retur"), 21, "add up to 100"),
        (("risk", "medium"), 60, "medium must begin below high"),
        (("queue", "weights", "age"), 1, "add up to 100"),
        (("hours", "end"), "08:00", "office hours"),
        (("account", "settle_hours"), -1, "account.settle_hours"),
        (("unknown",), 1, "unknown"),
    ],
)
def test_a_wrong_policy_is_refused_at_start_with_its_field(
    tmp_path: Path, path: tuple[str, ...], value: object, reply: str
) -> None:
    content = yaml.safe_load(DEFAULT.read_text())
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    file = tmp_path / "policy.yaml"
    file.write_text(yaml.safe_dump(content))
    with pytest.raises(PolicyError, match=reply):
        load_policy(file)


def test_a_missing_policy_stops_the_start(settings: Settings, store_engine: object, tmp_path: Path) -> None:
    wrong = settings.model_copy(update={"policy": tmp_path / "none.yaml"})
    with pytest.raises(SettingsError, match="cannot be read"):
        create_app(settings=wrong, engine=store_engine, warehouse=None)
    wrong = settings.model_copy(update={"name_check": "no_such_module:check"})
    with pytest.raises(SettingsError, match="KOMSHIP_NAME_CHECK"):
        create_app(settings=wrong, engine=store_engine, warehouse=None)

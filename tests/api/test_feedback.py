"""feedback.store."""

from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.domains.feedback.models import Feedback
from tests.api.conftest import Case, Mine


@pytest.mark.parametrize(
    "body", [{"json": {"feedback_value": 1}}, {"data": {"feedback_value": "5", "feedback_comment": " ok "}}]
)
def test_a_rating_is_kept_once_for_a_key(mine: Mine, case: Case, store_engine: Engine, body: dict[str, Any]) -> None:
    answers = [mine("POST", "v1/feedback/store", key="f", **body).json() for _turn in range(2)]
    expected = {"status": "success", "code": 200, "message": "Successfully Store Feedback", "data": ""}
    assert answers == [expected, expected]
    with Session(store_engine) as session:
        kept = session.scalars(select(Feedback)).one()
    comment = "ok" if "data" in body else ""
    assert (kept.partner_id, kept.value, kept.comment) == (case.partner_id, 5 if "data" in body else 1, comment)


@pytest.mark.parametrize("value", [0, 6, 1.5, "satu", True, None, [1]])
def test_another_rating_is_refused(mine: Mine, store_engine: Engine, value: object) -> None:
    refused = mine("POST", "v1/feedback/store", json={"feedback_value": value})
    assert (refused.status_code, list(refused.json()["data"]["errors"])) == (422, ["feedback_value"])
    with Session(store_engine) as session:
        assert session.scalar(select(Feedback)) is None

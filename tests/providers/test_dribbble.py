from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from postiz_ops import errors
from postiz_ops.model import DraftPart, Receipt
from postiz_ops.providers.base import Absent, Dispatch, Processing
from postiz_ops.publish.effects import Lost, Response
from tests.providers.stage import Reply, Script, Stage, answer, found, image, text

SHOT = {"id": 7, "title": "A title", "html_url": "https://dribbble.com/shots/7", "published_at": "2026-12-01T09:00:05Z"}
RECEIPT = Receipt("7", "https://dribbble.com/shots/7")
ACCEPTED = answer(status=202, location="https://api.dribbble.com/v2/shots/7")
NOT_YET = answer({"message": "Not found."}, 404)


def player(**more: Any) -> Stage:
    """A player who may upload, save where ``more`` says otherwise."""
    me = {"id": 1, "login": "acme", "name": "Acme", "can_upload_shot": True, "teams": [{"id": 5, "name": "Team"}]}
    script: Script = {
        "GET /v2/user": answer(me | more.get("me", {})),
        "POST /v2/shots": more.get("post", ACCEPTED),
        "GET /v2/shots/7": more.get("shot", answer(SHOT)),
        "GET /v2/user/shots": more.get("shots", answer([])),
        "PUT /v2/shots/7": answer(SHOT),
        "DELETE /v2/shots/7": more.get("delete", answer(status=204)),
    }
    return Stage("dribbble", script)


def shot(words: str = "About it", width: int = 800, height: int = 600) -> DraftPart:
    return text(words, media=(replace(image(), width=width, height=height),))


# --- what is sent: held against the handwritten description -----------------------------------------------------------


def test_handwritten_a_shot() -> None:
    acme = player()
    settings = {"team": "5", "low_profile": True, "rebound_of": "3", "tags": ["design"]}
    assert acme.publish(shot(), title="We are live", settings=settings, hashtags=("GitOps", "design")) == (RECEIPT,)
    upload = acme.calls[1]
    assert [(part.name, part.data.decode()) for part in upload.parts()] == [
        ("title", "We are live"),
        ("description", "About it"),
        ("team_id", "5"),
        ("rebound_source_id", "3"),
        ("low_profile", "true"),
        ("tags[]", "design"),
        ("tags[]", "GitOps"),
        ("image", "bytes of a.jpg"),
    ]
    assert (upload.parts()[-1].filename, upload.parts()[-1].type) == ("a.jpg", "image/jpeg")


def test_tags_are_at_most_twelve() -> None:
    acme = player()
    acme.publish(shot(), hashtags=tuple(f"tag{number}" for number in range(20)))
    assert sum(part.name == "tags[]" for part in acme.calls[1].parts()) == 12


@pytest.mark.parametrize(("width", "height"), [(400, 300), (800, 600)])
def test_exactly_400x300_or_800x600(width: int, height: int) -> None:
    assert player().publish(shot(width=width, height=height)) == (RECEIPT,)


@pytest.mark.parametrize(("width", "height"), [(401, 300), (1600, 1200), (600, 800), (640, 480)])
def test_other_sizes_are_refused_before_anything_is_published(width: int, height: int) -> None:
    acme = player()
    with pytest.raises(
        errors.Rejected, match=f"has {width}x{height} pixels, and a shot has exactly 400x300 or 800x600"
    ):
        acme.publish(shot(width=width, height=height))
    assert [call.method for call in acme.calls] == ["GET"]
    assert all(rule.sizes == ((400, 300), (800, 600)) for rule in acme.spec.media.kinds.values())


def test_who_may_not_upload_is_told_before_anything_is_published() -> None:
    acme = player(me={"can_upload_shot": False})
    with pytest.raises(errors.Reauthorize, match="`acme` may not upload shots"):
        acme.publish(shot())


# --- what became of it ----------------------------------------------------------------------------------------------


def sought(acme: Stage, name: str | None = None) -> Dispatch:
    return acme.dispatch(shot(), prepared={"shot": name})


def test_the_id_is_in_location_and_kept_for_the_look_up() -> None:
    acme = player()
    dispatch = acme.prepare(shot())
    with pytest.raises(errors.Unknown, match="Dribbble has the shot") as caught:
        acme.run(acme.provider.publish(acme.http, acme.account, dispatch))
    assert caught.value.known == {"shot": "7"}


@pytest.mark.parametrize("reply", [answer(status=202), answer(status=202, location="/elsewhere"), answer({}, 200)])
def test_an_answer_that_names_no_shot_is_in_doubt(reply: Response) -> None:
    acme = player(post=reply)
    dispatch = acme.prepare(shot())
    with pytest.raises(errors.Unknown, match="it does not name the shot") as caught:
        acme.run(acme.provider.publish(acme.http, acme.account, dispatch))
    assert caught.value.known is None


def test_then_404_for_minutes_until_processed() -> None:
    acme = player(shot=[NOT_YET, NOT_YET, answer(SHOT)])
    assert found(acme.find(sought(acme, "7"))) == (RECEIPT,)
    assert acme.clock.slept == [0, 1, 2]
    acme = player(shot=NOT_YET)
    assert acme.find(sought(acme, "7")) == Processing("Dribbble processes the shot `7`")
    assert sum(acme.clock.slept) == 30


@pytest.mark.parametrize(
    ("shots", "there"),
    [
        ([SHOT], True),
        ([SHOT | {"title": "Other"}], False),
        ([SHOT | {"published_at": "2026-12-01T08:57:00Z"}], False),
        ([SHOT | {"published_at": ""}], False),
        ([], False),
    ],
)
def test_after_a_lost_answer_the_list_of_shots_decides(shots: list[dict[str, Any]], there: bool) -> None:
    acme = player(post=Lost("cut"), shots=answer(shots))
    dispatch = acme.prepare(shot())
    with pytest.raises(errors.Unknown):
        acme.run(acme.provider.publish(acme.http, acme.account, dispatch))
    evidence = acme.find(dispatch)
    assert found(evidence) == (RECEIPT,) if there else evidence == Absent()


# --- the rest -------------------------------------------------------------------------------------------------------


def test_handwritten_edit_and_delete() -> None:
    acme = player()
    assert (
        acme.edit(acme.dispatch(shot("Better"), title="New", settings={"team": "5"}, hashtags=("GitOps",)), RECEIPT)
        == RECEIPT
    )
    acme.http.may_mutate = True
    acme.delete(RECEIPT)
    body = {"title": "New", "description": "Better", "tags": ["GitOps"], "low_profile": False, "team_id": 5}
    assert acme.sent() == [("PUT", "/v2/shots/7", body), ("DELETE", "/v2/shots/7", {})]


def test_what_is_gone_is_deleted() -> None:
    acme = player(delete=NOT_YET)
    acme.delete(RECEIPT)
    assert len(acme.calls) == 1


def test_the_teams_that_it_may_choose() -> None:
    assert player().options() == {"5": "Team"}


def test_who_it_is() -> None:
    identity = player().whoami()
    assert (identity.remote_id, identity.name) == ("1", "acme")


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (answer({"message": "Bad credentials."}, 401), errors.Reauthorize),
        (answer({"message": "Forbidden."}, 403), errors.Reauthorize),
        (answer({"message": "API rate limit exceeded."}, 429, **{"x-ratelimit-reset": "1796115660"}), errors.Throttled),
        (
            answer({"message": "Validation failed.", "errors": [{"attribute": "image", "message": "is too big"}]}, 422),
            errors.Rejected,
        ),
        (answer({"message": "Oops."}, 500), errors.Unknown),
    ],
)
def test_the_status_tells_the_failure(reply: Reply, failure: type[errors.Failure]) -> None:
    with pytest.raises(failure) as caught:
        player(post=reply).publish(shot())
    if failure is errors.Rejected:
        assert str(caught.value) == "Dribbble: it does not take this shot (HTTP 422, image, is too big)"

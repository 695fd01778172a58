"""Case files: what is wrong is named with file and line, and the rest is read."""

import json
from pathlib import Path

import pytest

from evals.suites.files import NoSuiteError, Suites, find, read, schema

SMALL = Path(__file__).parent / "data" / "small"
CASE = """\
  - id: {id}
    why: A reason.
    harm: did not answer
    world: {world}
    customer: {customer}
    expect: {expect}
{more}"""


def suite_of(tmp_path: Path, *cases: str) -> Suites:
    folder = tmp_path / "suite"
    folder.mkdir(exist_ok=True)
    (folder / "cases.yaml").write_text("about: A test.\ncases:\n" + "".join(cases), encoding="utf-8")
    return read([folder])


def case(
    id_: str = "good-case",
    *,
    world: str = "{}",
    customer: str = "{lines: [{say: Hello}]}",
    expect: str = "{floor: ai}",
    more: str = "",
) -> str:
    return CASE.format(id=id_, world=world, customer=customer, expect=expect, more=more)


def told(suites: Suites) -> str:
    return "\n".join(str(problem) for problem in suites.problems)


def test_a_suite_is_a_folder_and_its_cases_know_where_they_stand() -> None:
    suites = read([SMALL])

    assert [located.case.id for located in suites.cases][:2] == ["k-return-window", "a-cancel"]
    assert suites.cases[0].suite == "small"
    assert suites.cases[0].where.endswith("small/ordinary.yaml:3")
    assert list(suites.hashes) == ["small"]
    assert not suites.problems


def test_an_unknown_field_is_named_with_its_line_and_what_may_be_meant_and_the_other_cases_go_on(
    tmp_path: Path,
) -> None:
    suites = suite_of(tmp_path, case("wrong-one", expect="{flor: ai}"), case("good-one"))

    assert "cases.yaml:8: there is no field `flor` in expect. Did you mean `floor`?" in told(suites)
    assert [located.case.id for located in suites.cases] == ["good-one"]


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ({"expect": "{handoff: perhaps}"}, "expect.handoff: Input should be a valid boolean"),
        ({"expect": "{floor: roof}"}, "expect.floor"),
        ({"expect": "{floor: ai, handoff: true}"}, "the AI cannot have the floor after a handoff that nobody hands back"),
        ({"expect": "{floor: queue, handoff: false}"}, "the floor cannot be queue without a handoff"),
        ({"expect": "{handoff: false, reason: fraud}"}, "without a handoff there is no reason"),
        ({"expect": "{floor: human}"}, "no person takes the conversation"),
        ({"expect": "{rule: askd}"}, "there is no rule 'askd'. Did you mean asked?"),
        ({"expect": "{rule: asked, reason: fraud}"}, "the rule asked has the reason asked_for_person, not fraud"),
        ({"expect": "{queue: kare}"}, "there is no queue 'kare'. Did you mean care?"),
        ({"expect": "{cites: [retuns]}"}, "there is no article 'retuns'. Did you mean returns?"),
        ({"expect": "{cites: [returns], cites_only: [refunds]}"}, "returns must be cited and may not be"),
        ({"expect": "{says: ['(']}"}, "is no regular expression"),
        ({"expect": "{says: [often], never_says: [often]}"}, "must be said and may not be"),
        ({"expect": "{}"}, "nothing is expected"),
        ({"expect": "{receipts: [{kind: cancel_order}]}"}, "nothing can be changed for a visitor"),
        (
            {"world": "{customer: cus_maeve}", "expect": "{receipts: [{kind: cancel_order, order: TT-10430}]}"},
            "order TT-10430 is cus_jonas's, not the customer's",
        ),
        (
            {"world": "{customer: cus_maeve}", "expect": "{receipts: [{kind: cancel, refund: much}]}"},
            "'much' is no amount such as 81.50 EUR",
        ),
        ({"world": "{customer: cus_meave}"}, "there is no customer 'cus_meave'. Did you mean cus_maeve?"),
        ({"world": "{customer_name: Zoë}"}, "a visitor who is not signed in has no name at the shop"),
        ({"world": "{now: 2026-11-23T10:00:00}"}, "`now` needs a time zone"),
        ({"world": "{orders: {TT-1: {}}}"}, "there is no order 'TT-1'"),
        ({"world": "{orders: {TT-10432: {customer_id: cus_jonas}}}"}, "is cus_maeve's and stays"),
        ({"world": "{orders: {TT-10432: {sttus: packed}}}"}, "there is no field of an order 'sttus'. Did you mean status?"),
        ({"world": "{orders: {TT-10432: {status: delivered}}}"}, "cannot be delivered without `delivered_at`"),
        ({"world": "{orders: {TT-10432: {delivered_at: 2027-01-01T00:00:00Z}}}"}, "lies after the world's now"),
        (
            {"world": "{orders: {TT-10387: {shipped_at: 2026-11-20T00:00:00Z, delivered_at: 2026-11-19T00:00:00Z}}}"},
            "delivered before it was shipped",
        ),
        ({"world": "{orders: {TT-10432: {total_cents: 1, refunded_cents: 2}}}"}, "more of order TT-10432 is refunded"),
        ({"customer": "{}"}, "a customer has either `lines` or a `goal`"),
        ({"customer": "{lines: [{say: Hello, confirm: true}]}"}, "this one all of say, confirm"),
        ({"customer": "{lines: [{say: Hello, goto: nowhere}]}"}, "there is no step 'nowhere'"),
        ({"customer": "{goal: {wants: It, accepts: [cancel]}}"}, "there is no kind of change 'cancel'"),
        (
            {"world": "{agents: 0}", "customer": "{lines: [{say: Hello}, {person_says: Hi}]}"},
            "nobody is at the desk",
        ),
        ({"world": "{stock: {TT-NONE: 1}}"}, "there is no sku 'TT-NONE'"),
        ({"world": "{items: {10387-9: {returned: 1}}}"}, "there is no item of an order '10387-9'"),
        ({"world": "{items: {10387-1: {returned: 5}}}"}, "of 2 pieces 5 cannot have been returned"),
        ({"world": "{refunds: [{order: TT-10254, amount: much}]}"}, "'much' is no amount such as 24.00 EUR"),
        ({"world": "{refunds: [{order: TT-10254, amount: 9999.00 EUR}]}"}, "more of order TT-10254 is refunded"),
        (
            {"world": "{subscriptions: [{id: sub_tea, name: Tea, price: 12.00 EUR, next_charge: 2026-12-01}]}"},
            "a visitor who is not signed in has no subscription",
        ),
        ({"world": "{earlier: [{days_ago: 1, lines: [{say: a, confirm: true}]}]}"}, "this one all of say, confirm"),
        (
            {"world": "{earlier: [{days_ago: 1, lines: [{say: a}]}, {days_ago: 2, lines: [{say: b}]}]}"},
            "earlier conversations stand oldest first",
        ),
        ({"world": "{agents: 0}", "customer": "{lines: [{say: Hello}, {approve: true}]}"}, "nobody is at the desk"),
        ({"expect": "{cites_any: [retuns]}"}, "there is no article 'retuns'. Did you mean returns?"),
        ({"expect": "{cites_any: [returns], cites_only: [refunds]}"}, "one of these must be cited and none may be"),
        ({"expect": "{approvals: [{kind: retrun_items, status: refused}]}"}, "there is no kind of change 'retrun_items'"),
        ({"expect": "{approvals: [{kind: return_items, status: maybe}]}"}, "expect.approvals.0.status"),
        ({"more": "    same_as: another\n"}, "`same_as` names another, which is no other case that was read"),
        ({"id_": "Not An Id"}, "id: String should match pattern"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(tmp_path: Path, parts: dict[str, str], what: str) -> None:
    suites = suite_of(tmp_path, case(**parts), case("another-case"))

    assert what in told(suites)
    assert "cases.yaml:" in told(suites)
    assert [located.case.id for located in suites.cases] == ["another-case"]


def test_two_cases_cannot_have_one_id(tmp_path: Path) -> None:
    suites = suite_of(tmp_path, case(), case())

    assert "cases.yaml:9: the id good-case is that of" in told(suites)
    assert len(suites.cases) == 1


def test_a_file_that_is_no_yaml_says_where_and_the_other_files_go_on(tmp_path: Path) -> None:
    suite_of(tmp_path, case())
    (tmp_path / "suite" / "broken.yaml").write_text("about: x\ncases: [", encoding="utf-8")

    suites = read([tmp_path / "suite"])

    assert "broken.yaml:3: cannot be read" in told(suites)
    assert len(suites.cases) == 1


def test_the_world_of_a_file_is_that_of_its_cases_without_one(tmp_path: Path) -> None:
    folder = tmp_path / "suite"
    folder.mkdir()
    text = "about: A test.\nworld: {customer: cus_jonas}\ncases:\n" + case("own-world")
    text += case("its-world").replace("    world: {}\n", "")
    (folder / "cases.yaml").write_text(text, encoding="utf-8")

    worlds = {located.case.id: located.case.world.customer for located in read([folder]).cases}

    assert worlds == {"own-world": None, "its-world": "cus_jonas"}


def test_a_suite_that_is_not_there_is_told() -> None:
    with pytest.raises(NoSuiteError, match="There is no suite and no path 'nowhere'"):
        find(["nowhere"])


def test_a_shipped_suite_is_found_beside_a_folder_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "knowledge").mkdir()
    monkeypatch.chdir(tmp_path)
    assert [path.parent.name for path in find(["knowledge"])] == ["cases"]
    assert find(["./knowledge"]) == [Path("knowledge")]


def test_the_schema_knows_every_field_of_an_expectation() -> None:
    known = json.dumps(schema())

    assert '"never_says"' in known
    assert '"additionalProperties": false' in known

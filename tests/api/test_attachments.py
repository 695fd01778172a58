"""Files of customers: taken by what they are, kept once, served to nobody else, and never pretended to have been read."""

import asyncio
import io
from datetime import timedelta
from uuid import UUID

import pytest
from PIL import Image
from sqlmodel import func, select, update

from agent.sent_files import NOT_SEEN
from escalation.assembly import assemble
from escalation.attachments.attachments import safe_name
from escalation.attachments.records import Attachment, AttachmentContent
from knowledge.database import utc_now
from tests.conftest import World, serving, settings_in
from tests.files import image_file, pdf_file, photo_with_a_place, png_bomb
from tests.people import Shopper

pytestmark = pytest.mark.asyncio(loop_scope="module")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


async def fetched(shopper: Shopper, id_: str):
    return await shopper.client.get(f"/v1/conversations/{shopper.conversation_id}/attachments/{id_}")


async def files_of(house: World, shopper: Shopper) -> int:
    query = select(func.count()).where(Attachment.conversation_id == UUID(shopper.conversation_id))
    async with house.parts.database.reading() as session:
        return (await session.exec(query)).one()


@pytest.mark.parametrize(
    ("kind", "kept"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/jpeg"), ("GIF", "image/png")],
)
async def test_an_image_is_taken_by_its_content_whatever_it_is_called(
    house: World, kind: str, kept: str
) -> None:
    visitor = await house.shopper(None)
    taken = await visitor.attach("scan.exe", image_file(kind))
    assert taken.status_code == 201, taken.text
    assert (taken.json()["media_type"], taken.json()["width"], taken.json()["height"]) == (kept, 60, 40)
    assert taken.json()["name"].startswith("scan.")
    served = await fetched(visitor, taken.json()["id"])
    assert served.headers["content-type"] == kept
    red = Image.open(io.BytesIO(served.content)).convert("RGB").getpixel((5, 5))
    assert red[0] > 240
    assert max(red[1:]) < 20


async def test_of_a_photo_only_the_picture_is_kept_upright_and_without_its_place(house: World) -> None:
    visitor = await house.shopper(None)
    sent = photo_with_a_place("a note")
    assert b"taken at home" in sent
    taken = (await visitor.attach("IMG_1.jpg", sent)).json()
    kept = (await fetched(visitor, taken["id"])).content
    assert (taken["width"], taken["height"]) == (40, 60)
    assert not Image.open(io.BytesIO(kept)).getexif()
    assert b"taken at home" not in kept
    assert b"a note" not in kept
    assert b"Exif" not in kept


async def test_what_hides_behind_an_image_is_gone(house: World) -> None:
    visitor = await house.shopper(None)
    payload = b"PK\x03\x04<script>alert(1)</script>"
    taken = (await visitor.attach("both.gif", image_file("GIF") + payload)).json()
    assert payload not in (await fetched(visitor, taken["id"])).content


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.png", b"", "empty"),
        ("drawing.png", SVG, "neither an image nor a PDF"),
        ("page.pdf", b"<html><script>alert(1)</script></html>", "neither an image nor a PDF"),
        ("half.png", image_file()[:60], "damaged"),
        ("half.pdf", b"%PDF-1.7\n", "damaged"),
        ("bomb.png", png_bomb(), "50 million pixels"),
        ("locked.pdf", pdf_file(password="secret"), "password"),
        ("icon.bmp", image_file("BMP"), "neither an image nor a PDF"),
        ("big.png", b"\x89PNG" + bytes(5 * 1024 * 1024), "5 MB"),
    ],
)
async def test_what_is_no_honest_file_is_refused_with_words(
    house: World, name: str, data: bytes, says: str
) -> None:
    visitor = await house.shopper(None)
    refused = await visitor.attach(name, data)
    assert refused.status_code == 422
    assert says in refused.json()["detail"]
    assert await files_of(house, visitor) == 0


async def test_a_file_far_beyond_the_limit_is_refused_before_it_is_read(house: World) -> None:
    visitor = await house.shopper(None)
    assert (await visitor.attach("huge.png", bytes(6 * 1024 * 1024))).status_code == 413


async def test_a_form_without_a_file_is_refused(house: World) -> None:
    visitor = await house.shopper(None)
    await visitor.begin()
    path = f"/v1/conversations/{visitor.conversation_id}/attachments"
    for body in ({"files": {"other": ("a.png", image_file())}}, {"json": {}}, {"content": b"--x"}):
        assert (await visitor.client.post(path, **body)).status_code == 422


async def test_a_pdf_with_a_script_is_only_ever_a_download(house: World) -> None:
    visitor = await house.shopper(None)
    taken = (await visitor.attach("invoice.pdf", pdf_file(script="app.alert(1)"))).json()
    served = await fetched(visitor, taken["id"])
    assert served.headers["content-type"] == "application/pdf"
    assert served.headers["content-disposition"] == "attachment; filename*=UTF-8''invoice.pdf"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'; sandbox" in served.headers.get_list("content-security-policy")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("C:\\Users\\me\\photo.jpeg", "photo.png"),
        ("gnp.\u202egpj.exe", "gnp.gpj.png"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
        ("a\r\nSet-Cookie: b.png", "aSet-Cookie: b.png"),
        ("صورة.png", "صورة.png"),
        ("", "unnamed.png"),
        (".htaccess", "htaccess.png"),
        ("x" * 400 + ".png", "x" * 100 + ".png"),
    ],
)
async def test_a_name_is_made_safe_and_keeps_what_can_be_read(given: str, kept: str) -> None:
    assert safe_name(given, "image/png") == kept


async def test_put_up_again_under_its_key_it_is_the_same_file(house: World) -> None:
    visitor = await house.shopper(None)
    await visitor.begin()
    answers = await asyncio.gather(*(visitor.attach("a.png", image_file(), key="k-1") for _ in range(6)))
    assert sorted(a.status_code for a in answers) == [200] * 5 + [201]
    assert len({a.json()["id"] for a in answers}) == 1
    assert await files_of(house, visitor) == 1


async def test_a_file_goes_out_with_one_message_and_the_ai_says_that_it_has_not_seen_it(house: World) -> None:
    visitor = await house.shopper(None)
    id_ = (await visitor.attach("seam.png", image_file())).json()["id"]
    sent = await visitor.send("The seam of my tent is torn, look", client_id="m", attachments=[id_])
    assert sent.status_code == 201
    assert [file["name"] for file in sent.json()["message"]["attachments"]] == ["seam.png"]
    [answer] = sent.json()["replies"]
    assert answer["text"].startswith(NOT_SEEN["en"])
    assert answer["offer_person"]

    again = await visitor.send("The seam of my tent is torn, look", client_id="m", attachments=[id_])
    twice = await visitor.send("And again", attachments=[id_])
    assert (again.status_code, twice.status_code) == (200, 409)
    assert again.json()["message"] == sent.json()["message"]
    assert len([m for m in await visitor.thread() if m["attachments"]]) == 1


async def test_the_ai_says_so_in_the_customers_language(house: World) -> None:
    visitor = await house.shopper(None)
    id_ = (await visitor.attach("naht.png", image_file())).json()["id"]
    sent = await visitor.send(
        "Die Naht meines Zeltes ist gerissen, hier ist ein Foto davon", attachments=[id_]
    )
    assert sent.json()["replies"][0]["text"].startswith(NOT_SEEN["de"])


async def test_a_file_of_another_conversation_goes_nowhere(house: World) -> None:
    one, other = await house.shopper("cus_maeve"), await house.shopper("cus_tom")
    id_ = (await one.attach("a.png", image_file())).json()["id"]
    refused = await other.send("hello", attachments=[id_])
    assert refused.status_code == 422
    assert (await fetched(other, id_)).status_code == 404
    await one.begin()
    assert (await one.send("hello", attachments=[id_])).status_code == 422


async def test_five_files_are_too_many_for_a_message(house: World) -> None:
    visitor = await house.shopper(None)
    ids = [(await visitor.attach(f"{n}.png", image_file())).json()["id"] for n in range(5)]
    assert (await visitor.send("all of them", attachments=ids)).status_code == 422
    assert (await visitor.send("four of them", attachments=ids[:4])).status_code == 201


async def test_a_file_that_was_not_sent_can_be_taken_back_and_one_that_was_stays(house: World) -> None:
    visitor = await house.shopper(None)
    kept, gone = [(await visitor.attach(f"{n}.png", image_file())).json()["id"] for n in range(2)]
    await visitor.send("here", attachments=[kept])
    path = f"/v1/conversations/{visitor.conversation_id}/attachments"
    assert (await visitor.client.delete(f"{path}/{gone}")).status_code == 204
    assert (await visitor.client.delete(f"{path}/{kept}")).status_code == 409
    assert (await fetched(visitor, gone)).status_code == 404
    assert (await fetched(visitor, kept)).status_code == 200


async def test_people_of_the_desk_see_what_was_sent_and_nothing_that_was_not(house: World) -> None:
    visitor = await house.shopper(None)
    sent, unsent = [(await visitor.attach(f"{n}.png", image_file())).json()["id"] for n in range(2)]
    await visitor.send("here", attachments=[sent])
    aoife = await house.human_agent("Aoife")
    shown = await aoife.client.get(f"/v1/desk/attachments/{sent}")
    assert shown.status_code == 200
    assert shown.headers["content-disposition"].startswith("inline")
    assert (await aoife.client.get(f"/v1/desk/attachments/{unsent}")).status_code == 404
    case = await aoife.case(visitor.conversation_id)
    assert [m["attachments"][0]["id"] for m in case["messages"] if m["attachments"]] == [sent]


async def test_what_nobody_has_sent_is_forgotten_after_a_day(house: World) -> None:
    visitor = await house.shopper(None)
    sent, unsent = [(await visitor.attach(f"{n}.png", image_file())).json()["id"] for n in range(2)]
    await visitor.send("here", attachments=[sent])
    async with house.parts.database.transaction() as session:
        await session.exec(update(Attachment).values(created_at=utc_now() - timedelta(hours=25)))
    await house.parts.attachments.sweep()
    assert (await fetched(visitor, sent)).status_code == 200
    assert (await fetched(visitor, unsent)).status_code == 404
    async with house.parts.database.reading() as session:
        files = (await session.exec(select(func.count()).select_from(Attachment))).one()
        assert (await session.exec(select(func.count()).select_from(AttachmentContent))).one() == files


async def test_of_two_hundred_files_at_once_thirty_are_taken_and_the_rest_told_when(data_dir) -> None:
    parts = assemble(settings_in(data_dir, rate_attachments="30/hour"))
    async with serving(parts) as address:
        world = World(parts, address)
        visitor = await world.shopper(None)
        await visitor.begin()
        answers = await asyncio.gather(*(visitor.attach("a.pdf", b"") for _ in range(200)))
        await world.close()
    assert [a.status_code for a in answers].count(422) == 30
    late = [a for a in answers if a.status_code == 429]
    assert len(late) == 170
    assert all(int(a.headers["retry-after"]) > 0 for a in late)

"""Files that people send: three opinions have to agree, and what is refused is refused in words that mend it."""

import io
import struct
import zipfile
import zlib

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageFile

from accounts import uploads
from accounts.uploads import Kind, look


def picture(form="JPEG", size=(40, 30), mode="RGB", **saved):
    drawn = io.BytesIO()
    Image.new(mode, size, 120 if mode in ("L", "P") else "teal" if mode != "CMYK" else (10, 20, 30, 40)).save(drawn, form, **saved)
    return drawn.getvalue()


def pdf(change=lambda document: None, pages=1, **saved):
    document, file = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        document.add_blank_page(page_size=(200, 200))
    change(document)
    document.save(file, **saved)
    return file.getvalue()


def archive():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("a.txt", "hello")
    return file.getvalue()


def png_of(width, height, data=b""):
    """A picture that says to be this large, whatever its data holds."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def bomb(layers=1, megabytes=300):
    data = b"\0" * (megabytes << 20)
    for _ in range(layers):
        data = zlib.compress(data, 9)

    def change(document):
        filters = Array([Name.FlateDecode] * layers)
        document.pages[0].Contents = document.make_indirect(pikepdf.Stream(document, b""))
        document.pages[0].Contents.write(data, filter=filters)

    return pdf(change, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def set_root(**entries):
    def change(document):
        for key, value in entries.items():
            document.Root[f"/{key}"] = value

    return change


def set_page(**entries):
    def change(document):
        for key, value in entries.items():
            document.pages[0].obj[f"/{key}"] = value

    return change


SCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def deep(document):
    nest = Array([])
    for _ in range(60):
        nest = Array([nest])
    document.Root.Deep = nest


def packed(document, name, data=b"x"):
    document.pages[0].Contents = document.make_indirect(pikepdf.Stream(document, b""))
    document.pages[0].Contents.write(data, filter=Array([Name(name)]))


def one_drawing_on_many_pages(document):
    """150 MB, which alone would be taken."""
    packed(document, "/FlateDecode", zlib.compress(b"0 0 m\n" * (25 << 20), 1))
    for _ in range(2):
        document.add_blank_page(page_size=(200, 200))
        document.pages[-1].Contents = document.pages[0].Contents


AS_IT_IS = {"compress_streams": False, "stream_decode_level": pikepdf.StreamDecodeLevel.none}


def with_a_file(document):
    document.attachments["inner.txt"] = b"hello"


def with_a_file_on_a_page(document):
    file = document.make_indirect(pikepdf.Stream(document, b"MZ"))
    document.pages[0].Annots = Array([Dictionary(Subtype=Name.FileAttachment, FS=Dictionary(EF=Dictionary(F=file)))])


def huge_picture(document):
    image = pikepdf.Stream(document, b"x")
    image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, 100_000, 100_000
    document.pages[0].Resources = Dictionary(XObject=Dictionary(I=image))


LOCKED = {"encryption": pikepdf.Encryption(owner="owner", user="")}
READABLE_BY_NOBODY = {"encryption": pikepdf.Encryption(owner="owner", user="user")}


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("letter.pdf", pdf(), Kind.PDF),
        ("LETTER.PDF", pdf(pages=500), Kind.PDF),
        ("opens-at-page-one.pdf", pdf(lambda d: set_root(OpenAction=Array([d.pages[0].obj, Name.Fit]))(d)), Kind.PDF),
        ("photo.jpg", picture(), Kind.JPEG),
        ("photo.JPEG", picture(comment=b"taken at home"), Kind.JPEG),
        ("printed.jpg", picture(mode="CMYK"), Kind.JPEG),
        ("screen.png", picture("PNG", mode="RGBA"), Kind.PNG),
        ("old.png", picture("PNG", mode="P"), Kind.PNG),
        ("notes.txt", "Grüße, 手紙, رسالة\r\n\tand a tab".encode(), Kind.TXT),
        ("notes.txt", b"\xef\xbb\xbfwith a mark", Kind.TXT),
        ("notes.txt", b"BMX riders II*, MZ, ID3: no picture and no program", Kind.TXT),
        ("رسالة الى المجلس.txt", b"hello", Kind.TXT),
        ("a.b.c.txt", b"<3 and a < b", Kind.TXT),
    ],
)
def test_what_people_honestly_send_is_taken(name, data, kind):
    assert look(data, name) == uploads.Verdict(kind=kind)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("story.docx", archive(), "print it to PDF"),
        ("photo.heic", b"\0\0\0\x18ftypheic", "send pictures from a phone as JPEG"),
        ("drawing.svg", b"<svg/>", "We take PDF, JPEG, PNG and plain text"),
        ("page.html", b"<html>", "print it to PDF"),
        ("letter.pdf.exe", pdf(), "print it to PDF"),
        ("letter", pdf(), "print it to PDF"),
        ("", b"x", "print it to PDF"),
        ("empty.txt", b"", "It is empty"),
        ("large.txt", b"a" * (25 * 1024 * 1024 + 1), "larger than 25 MB"),
        ("letter\u202efdp.exe.txt", b"hello", "invisible characters"),
        ("letter\x00.txt", b"hello", "invisible characters"),
        ("program.pdf", b"MZ\x90\x00" + b"\0" * 100, "not what its name says"),
        ("drawing.png", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "A web page is hidden in it"),
        ("drawing.jpg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not what its name says"),
        ("photo.jpg", picture("PNG"), "not what its name says"),
        ("photo.png", picture(), "not what its name says"),
        ("photo.png", picture("GIF"), "not what its name says"),
        ("letter.pdf", picture(), "not what its name says"),
        ("letter.pdf", b"\n" * 500 + pdf(), "not what its name says"),
        ("photo.jpg", pdf(), "not what its name says"),
        ("page.txt", b"  <!DOCTYPE html><p>hi", "a web page or a drawing"),
        ("drawing.txt", b'<?xml version="1.0"?><svg/>', "a web page or a drawing"),
        ("program.txt", b"\x7fELF\x02\x01\x01\0\0", "more than text"),
        ("utf16.txt", "hello".encode("utf-16"), "cannot be read as UTF-8"),
        ("escape.txt", b"\x1b[2J gone", "more than text"),
        ("both.jpg", picture() + archive(), "An archive is hidden in it"),
        ("both.pdf", pdf() + archive(), "An archive is hidden in it"),
        ("both.txt", archive(), "An archive is hidden in it"),
        ("both.jpg", picture() + pdf(), "A document or an archive is hidden in it"),
        ("both.jpg", picture(comment=pdf()), "A document or an archive is hidden in it"),
        ("both.png", picture("PNG") + b"7z\xbc\xaf\x27\x1c\x00\x04", "A document or an archive is hidden in it"),
        ("both.png", picture("PNG") + b"Rar!\x1a\x07\x01\x00", "A document or an archive is hidden in it"),
        ("frame.png", picture("PNG") + b"<iframe src=//example.org>", "A web page is hidden in it"),
        ("page.jpg", picture(comment=b"<script>alert(1)</script>"), "A web page is hidden in it"),
        ("page.png", picture("PNG")[:-12] + b"<HTML>" + picture("PNG")[-12:], "A web page is hidden in it"),
        ("half.jpg", picture(size=(400, 400))[:1500], "cannot be opened as a picture"),
        ("half.png", picture("PNG", size=(400, 400))[:100], "cannot be opened as a picture"),
        ("bomb.png", png_of(60_000, 60_000, b"\0" * 1000), "more than 50 million points"),
        ("bomb.png", png_of(7_000, 7_200, b"\0" * 1000), "more than 50 million points"),
        ("no-end.png", png_of(7_000, 7_000, b"\0" * 1000), "cannot be opened as a picture"),
        ("locked.pdf", pdf(**LOCKED), "locked with a password"),
        ("locked.pdf", pdf(**READABLE_BY_NOBODY), "locked with a password"),
        ("half.pdf", b"%PDF-1.7\n1 0 obj\n<<", "cannot be opened as a PDF"),
        ("noise.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 50, "cannot be opened as a PDF"),
        ("book.pdf", pdf(pages=501), "more than 500"),
        ("nothing.pdf", pdf(pages=0), "no page"),
        ("script.pdf", pdf(set_root(OpenAction=SCRIPT)), "a program or a form"),
        ("script.pdf", pdf(set_root(Names=Dictionary(JavaScript=Dictionary(Names=Array([String("a"), SCRIPT]))))), "a program or a form"),
        ("on-close.pdf", pdf(set_page(AA=Dictionary(C=SCRIPT))), "a program or a form"),
        ("launch.pdf", pdf(set_root(OpenAction=Dictionary(S=Name.Launch, F=String("cmd.exe")))), "a program or a form"),
        ("sends.pdf", pdf(set_page(A=Dictionary(S=Name.SubmitForm, F=String("https://example.org")))), "a program or a form"),
        ("form.pdf", pdf(set_root(AcroForm=Dictionary(XFA=String("<xdp/>"), Fields=Array([])))), "a program or a form"),
        ("deep.pdf", pdf(deep), "too deep"),
        ("huge.pdf", pdf(huge_picture), "more than 50 million points"),
    ],
)
def test_what_is_refused_is_refused_in_words_that_mend_it(name, data, words):
    verdict = look(data, name)

    assert not verdict.accepted
    assert verdict.kind is None
    assert words in " ".join(verdict.reasons)
    assert "Please" in " ".join(verdict.reasons)


def test_a_name_written_in_another_spelling_is_read_as_what_it_means():
    data = pdf(set_root(OpenAction=SCRIPT), compress_streams=False).replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/J#53")

    assert "a program or a form" in look(data, "script.pdf").reasons[0]


@pytest.mark.parametrize("layers", [1, 2])
def test_a_pdf_that_unfolds_without_end_is_refused_before_it_does(layers):
    data = bomb(layers)

    assert len(data) < 1 << 20
    assert "unfolds to more than 256 MB" in look(data, "bomb.pdf").reasons[0]


def test_a_pdf_may_unfold_as_far_as_the_bound():
    assert uploads.unfolded(bomb(megabytes=200)) == 200 << 20
    assert look(bomb(megabytes=200), "scan.pdf").accepted


def test_half_a_picture_is_refused_whatever_else_the_process_was_told(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)

    assert not look(picture(size=(400, 400))[:1500], "half.jpg").accepted
    assert ImageFile.LOAD_TRUNCATED_IMAGES is True


def test_every_reason_is_said_at_once():
    assert len(look(b"", "a\u202e.exe").reasons) == 3


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("letter.pdf", "letter.pdf"),
        ("C:\\Users\\zelda\\letter.pdf", "letter.pdf"),
        ("../../etc/passwd", "passwd"),
        ("letter\u202efdp.exe", "letterfdp.exe"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ("...", "file"),
        ("", "file"),
        ("رسالة.pdf", "رسالة.pdf"),
        ("e\u0301te\u0301.txt", "été.txt"),
        ("a" * 200 + ".pdf", "a" * 116 + ".pdf"),
        ("a" * 200, "a" * 120),
    ],
)
def test_a_name_is_shown_without_what_could_mislead(name, shown):
    assert uploads.plain_name(name) == shown


@given(st.binary(max_size=400), st.sampled_from(["a.pdf", "a.jpg", "a.png", "a.txt"]))
def test_no_bytes_break_the_look(data, name):
    verdict = look(uploads.BEGINNINGS.get(uploads._by_suffix(name, tuple(Kind)), b"") + data, name)

    assert verdict.accepted is (verdict.kind is not None)


@given(st.text(max_size=300))
def test_no_name_breaks_the_look(name):
    look(b"hello", name)
    assert 0 < len(uploads.plain_name(name)) <= 120


@pytest.mark.parametrize("attach", [with_a_file, with_a_file_on_a_page])
def test_a_file_in_a_file_is_refused_where_a_file_has_to_stand_alone(attach):
    verdict = look(pdf(attach), "letter.pdf", alone=True)

    assert verdict.why == (uploads.Why.ATTACHED,)
    assert "Another file is attached" in verdict.reasons[0]
    assert look(pdf(attach), "letter.pdf").accepted
    assert look(pdf(), "letter.pdf", alone=True).accepted


def test_a_drawing_that_many_pages_share_counts_for_each_of_them():
    assert look(pdf(one_drawing_on_many_pages, **AS_IT_IS), "letter.pdf").why == (uploads.Why.EXPANSION,)


@pytest.mark.parametrize(
    ("packing", "data", "why"),
    [
        ("/LZWDecode", b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01", uploads.Why.DEPTH),
        ("/RunLengthDecode", b"\x81x" * (3 << 20), uploads.Why.EXPANSION),
    ],
)
def test_packings_that_could_unfold_without_end_are_refused(packing, data, why):
    assert look(pdf(lambda document: packed(document, packing, data), **AS_IT_IS), "letter.pdf").why == (why,)


def test_every_reason_has_its_word():
    verdict = look(b"", "a\u202eb.exe")

    assert verdict.why == (uploads.Why.NAME, uploads.Why.KIND, uploads.Why.EMPTY)
    assert len(verdict.reasons) == 3
    assert look(b"hello", "a.txt").why == ()

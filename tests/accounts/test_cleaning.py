"""Copies show the same and hide nothing."""

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageCms

from accounts.cleaning import cleaned, without_notes
from accounts.uploads import Kind, look
from tests.accounts.test_uploads import pdf, picture

SECRETS = [b"52.5200", b"PhoneMaker", b"taken at home", b"Zelda", b"hidden letter", b"xmpmeta", b"tracking.example.org"]


def photograph(**saved):
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[18] = "52.5200"
    return picture(size=(60, 20), exif=exif, comment=b"taken at home", **saved)


def everything(document):
    """A page with notes, an attached file, a link, a filled-in field and words about its author."""
    document.docinfo["/Author"] = "Zelda"
    with document.open_metadata() as told:
        told["dc:creator"] = ["Zelda"]
    document.attachments["a.txt"] = pikepdf.AttachedFileSpec(document, b"hidden letter", filename="a.txt")
    document.Root.OpenAction = Array([document.pages[0].obj, Name.Fit])
    photo = pikepdf.Stream(document, b"")
    photo.write(photograph(), filter=Name.DCTDecode)
    photo.Type, photo.Subtype, photo.Width, photo.Height, photo.ColorSpace, photo.BitsPerComponent = (
        Name.XObject, Name.Image, 60, 20, Name.DeviceRGB, 8,
    )  # fmt: skip
    photo.Metadata = pikepdf.Stream(document, b"<x:xmpmeta>Zelda</x:xmpmeta>")
    form = pikepdf.Stream(document, b"BT /F 12 Tf 1 1 Td (typed by hand) Tj ET", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 90, 20])
    form.Resources = Dictionary(Font=Dictionary(F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)))
    page = document.pages[0]
    page.Resources = Dictionary(XObject=Dictionary(Photo=document.make_indirect(photo)))
    page.Contents = pikepdf.Stream(document, b"q 60 0 0 20 10 10 cm /Photo Do Q")
    page.obj.PieceInfo = Dictionary(Editor=Dictionary(Private=String("Zelda")))
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.URI, URI=String("https://tracking.example.org/"))
    )
    typed = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=[0, 40, 90, 60], F=4, Contents=String("typed by hand"))
    typed.AP = Dictionary(N=document.make_indirect(form))
    page.Annots = Array([document.make_indirect(link), document.make_indirect(typed)])


def plain(data):
    """A PDF with nothing compressed, so that words in it can be found."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(
            file,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return file.getvalue()


def found(data):
    return [secret for secret in SECRETS if secret in data]


@pytest.mark.parametrize(("form", "kind"), [("JPEG", Kind.JPEG), ("PNG", Kind.PNG)])
def test_a_photograph_tells_neither_place_nor_phone_and_stands_upright(form, kind):
    if form == "JPEG":
        original = photograph()
    else:
        with Image.open(io.BytesIO(photograph())) as photo:
            file = io.BytesIO()
            photo.save(file, "PNG", exif=photo.getexif())
            original = file.getvalue()

    copy = cleaned(original, kind)

    assert len(found(original)) >= 2
    assert found(copy) == []
    with Image.open(io.BytesIO(copy)) as shown:
        assert shown.size == (20, 60)
        assert not shown.getexif()
        assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert look(copy, f"a.{form.lower()}").accepted


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1"])
def test_points_and_transparency_stay(mode):
    with (
        Image.open(io.BytesIO(cleaned(picture("PNG", mode=mode), Kind.PNG))) as copy,
        Image.open(io.BytesIO(picture("PNG", mode=mode))) as original,
    ):
        assert copy.convert("RGBA").tobytes() == original.convert("RGBA").tobytes()


def test_what_hangs_behind_a_picture_is_left_behind():
    assert b"a second file" not in cleaned(picture() + b"a second file", Kind.JPEG)


def test_colors_are_turned_to_the_common_ones_where_a_profile_says_so():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    with Image.open(io.BytesIO(cleaned(picture(icc_profile=profile), Kind.JPEG))) as copy:
        assert "icc_profile" not in copy.info
    with Image.open(io.BytesIO(cleaned(picture(icc_profile=b"no profile"), Kind.JPEG))) as copy:
        assert copy.mode == "RGB"
    with Image.open(io.BytesIO(cleaned(picture(mode="CMYK"), Kind.JPEG))) as copy:
        assert copy.mode == "RGB"


def test_a_pdf_keeps_what_is_drawn_and_loses_what_is_told_aside():
    original = pdf(everything)
    assert look(original, "a.pdf").accepted
    assert set(found(plain(original))) == set(SECRETS)

    copy = cleaned(original, Kind.PDF)

    assert found(plain(copy)) == []
    assert b"typed by hand" in plain(copy)
    assert look(copy, "a.pdf").accepted
    with pikepdf.open(io.BytesIO(copy)) as document:
        assert set(document.Root.keys()) == {"/Type", "/Pages"}
        assert "/Info" not in document.trailer
        assert "/Annots" not in document.pages[0].obj
        (photo,) = (part for part in document.objects if isinstance(part, pikepdf.Stream) and part.get("/Subtype") == Name.Image)
        with Image.open(io.BytesIO(photo.read_raw_bytes())) as shown, Image.open(io.BytesIO(photograph())) as before:
            assert shown.tobytes() == before.tobytes()


def test_the_same_file_gives_the_same_copy():
    original = pdf(everything, deterministic_id=True)

    assert cleaned(original, Kind.PDF) == cleaned(original, Kind.PDF)


def test_many_pages_keep_their_order_and_size():
    def change(document):
        for number, page in enumerate(document.pages):
            page.MediaBox = Array([0, 0, 100 + number, 200])

    with pikepdf.open(io.BytesIO(cleaned(pdf(change, pages=12), Kind.PDF))) as copy:
        assert [int(page.MediaBox[2]) for page in copy.pages] == list(range(100, 112))


def test_a_text_keeps_its_words():
    assert cleaned(b"\xef\xbb\xbfa\r\nb\rc", Kind.TXT) == b"a\nb\nc"


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe1", b"no picture", picture()[:50]])
def test_what_is_no_whole_picture_inside_a_pdf_stays_as_it_was(data):
    assert without_notes(data) == data

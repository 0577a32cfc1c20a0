"""The certificate as a file: one page, every glyph, the same bytes anywhere, tagged and archivable."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from django.conf import settings
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image

from certification.management.commands import draw_ornaments
from certification.pdf import certificate, press
from tests.certification.printing import PRINTED, REFUSED, facts

PATH = os.environ.get("PATH", os.defpath)
LEFT_TO_RIGHT = [entry for entry in PRINTED if not certificate.has_right_to_left(entry["name"])]
RIGHT_TO_LEFT = [entry for entry in PRINTED if certificate.has_right_to_left(entry["name"])]
SIAN = next(entry for entry in PRINTED if entry["id"] == "N-01")
LONGEST = next(entry for entry in PRINTED if entry["id"] == "N-25")


def by_id(entry):
    return entry["id"]


class Printed(dict):
    """The certificate of each name of the corpus by its id, a file, printed when it is first asked for."""

    def __init__(self, path):
        self.path = path

    def __missing__(self, name):
        entry = next(entry for entry in PRINTED if entry["id"] == name)
        self[name] = self.path / f"{name}.pdf"
        self[name].write_bytes(certificate.render(facts(entry)))
        return self[name]


class Texts(dict):
    """What pdftotext reads in each, blanks collapsed."""

    def __init__(self, printed):
        self.printed = printed

    def __missing__(self, name):
        words = subprocess.run(["pdftotext", "-enc", "UTF-8", self.printed[name], "-"], capture_output=True, check=True).stdout.decode()
        self[name] = " ".join(unicodedata.normalize("NFC", words).split())
        return self[name]


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    return Printed(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def texts(printed):
    return Texts(printed)


@pytest.fixture
def pdf(printed):
    with pikepdf.open(printed["N-01"]) as opened:
        yield opened


def structure(element):
    """Every structure element below one, that one first."""
    yield element
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from structure(kid)


def fonts(pdf):
    return [font for page in pdf.pages for font in page.Resources.Font.values()]


def test_every_name_of_the_corpus_is_in_the_tests():
    assert (len(LEFT_TO_RIGHT), len(RIGHT_TO_LEFT)) == (49, 9)


@pytest.mark.long
@pytest.mark.parametrize("entry", PRINTED, ids=by_id)
def test_every_name_stays_on_one_page_with_its_fonts_inside(printed, entry):
    with pikepdf.open(printed[entry["id"]]) as pdf:
        assert len(pdf.pages) == 1
        assert fonts(pdf)
        for font in fonts(pdf):
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert "/ToUnicode" in font
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


@pytest.mark.long
@pytest.mark.parametrize("entry", LEFT_TO_RIGHT, ids=by_id)
def test_a_name_written_from_left_to_right_is_found_in_the_text(texts, entry):
    assert unicodedata.normalize("NFC", facts(entry)["name"]) in texts[entry["id"]]


@pytest.mark.long
@pytest.mark.parametrize("entry", PRINTED, ids=by_id)
def test_the_facts_lie_inside_the_file(printed, entry):
    with pikepdf.open(printed[entry["id"]]) as pdf:
        inside = json.loads(pdf.attachments["certificate.json"].get_file().read_bytes())
        assert inside == facts(entry)


def test_the_paper_says_what_it_certifies(texts):
    text = texts["N-01"]
    for words in (
        "Institute of Trauma Recovery Coaches",
        "Certificate",
        "This is to certify that Siân O'Dwyer-Pugh holds the certificate",
        "Certified Trauma Recovery Coach",
        "and is bound by the Code of Ethics in its edition of January 1, 2026",
        "TRC-7K4M9RX",
        "November 24, 2026",
        "November 23, 2028",
        "It states what was true when it was made; the registry tells today’s standing.",
        "https://registry.example.org/v/7K2MZ-94PTW-3RAH7-KQ2MZ-X94PT-W/",
    ):
        assert words in text
    assert "Panagiota Xenou" in texts["N-05"]


def test_printed_again_it_is_the_same_to_the_byte(printed):
    assert certificate.render(facts(SIAN)) == printed["N-01"].read_bytes()


def test_other_facts_give_another_file(printed):
    assert certificate.render(facts(SIAN) | {"last_day": "2028-11-24"}) != printed["N-01"].read_bytes()


# The host: what is installed on it may change nothing.


def run(what, *, before=(), **environment):
    command = [*before, sys.executable, "-m", "tests.certification.printing", what]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env={"PATH": PATH, **environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def hide_fonts():
    """A command that hides the host's fonts from what it runs; nothing where this process may not."""
    hide = "[ ! -d $folder ] || mount -t tmpfs none $folder || exit 1"
    script = f'for folder in /usr/share/fonts /usr/local/share/fonts; do {hide}; done; exec "$@"'
    before = ["unshare", "--mount", "sh", "-c", script, "sh"]
    works = shutil.which("unshare") and subprocess.run([*before, "true"], capture_output=True, check=False).returncode == 0
    return before if works else []


@pytest.mark.long
def test_every_name_has_one_digest_with_and_without_the_hosts_fonts(printed, tmp_path):
    without = tmp_path / "no-fonts.conf"
    without.write_text("<fontconfig/>")
    without_fonts = run("names", before=hide_fonts(), FONTCONFIG_FILE=str(without), HOME="/nonexistent", LANG="C", TZ="Asia/Tokyo")
    digests = dict(zip(without_fonts[::2], without_fonts[1::2], strict=True))
    assert digests == {entry["id"]: hashlib.sha256(printed[entry["id"]].read_bytes()).hexdigest() for entry in PRINTED}


@pytest.fixture
def hosts(tmp_path):
    """The settings of a host whose one font has the letter U+1D4D0, and of one without any font but ours."""
    (tmp_path / "fonts").mkdir()
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0)), pen.lineTo((500, 0)), pen.lineTo((250, 700)), pen.closePath()
    font = FontBuilder(1000)
    font.setupGlyphOrder([".notdef", "A"])
    font.setupCharacterMap({0x1D4D0: "A"})
    font.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "A": pen.glyph()})
    font.setupHorizontalMetrics({".notdef": (500, 0), "A": (500, 0)})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Host Script", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(tmp_path / "fonts/host.ttf")
    ours = f"<dir>{press.FONTS_CONF.parent}/core</dir>"
    (tmp_path / "with.conf").write_text(f"<fontconfig>{ours}<dir>{tmp_path}/fonts</dir></fontconfig>")
    (tmp_path / "without.conf").write_text(f"<fontconfig>{ours}</fontconfig>")
    return str(tmp_path / "with.conf"), str(tmp_path / "without.conf")


def test_a_letter_we_lack_comes_from_no_other_font(hosts):
    with_it, without_it = hosts
    assert run("letter", FONTCONFIG_FILE=with_it) == run("letter", FONTCONFIG_FILE=without_it)


def test_the_control_shows_that_the_host_would_be_seen(hosts):
    with_it, without_it = hosts
    assert run("unpinned", FONTCONFIG_FILE=with_it) != run("unpinned", FONTCONFIG_FILE=without_it)


# What is not set right is not printed.


@pytest.mark.parametrize("entry", REFUSED, ids=by_id)
def test_a_refused_name_is_not_printed(entry):
    with pytest.raises(press.NotSet) as refused:
        certificate.render(facts(entry) | {"name": entry["name"]})
    assert all(character in str(refused.value) for character in entry["bad"])


def test_a_missing_glyph_anywhere_stops_the_print():
    with pytest.raises(press.NotSet, match=r"\.notdef"):
        certificate.render(facts(SIAN) | {"issuer": "Institute \U0001d4d0"})


def test_nothing_is_fetched():
    with pytest.raises(Exception, match="disallowed protocol"):
        press.start().fetcher.fetch("file:///etc/hostname")
    with pytest.raises(Exception, match="disallowed protocol"):
        press.start().fetcher.fetch("http://127.0.0.1:9/")


def test_markup_in_a_name_stays_text(texts):
    pdf = certificate.render(facts(SIAN) | {"name": '<img src="file:///etc/hostname">'})
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert '<img src="file:///etc/hostname">' in text


def test_the_site_starts_without_weasyprint():
    command = "import django, sys; django.setup(); import certification.documents; sys.exit('weasyprint' in sys.modules)"
    environment = {"PATH": PATH, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    subprocess.run([sys.executable, "-c", command], cwd=settings.BASE_DIR, env=environment, check=True)


def test_whoever_imports_weasyprint_first_is_told():
    command = "import weasyprint; from certification.pdf import press; press.start()"
    surroundings = {"PATH": PATH}
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=settings.BASE_DIR, env=surroundings, capture_output=True, text=True, check=False
    )
    assert "weasyprint was imported before" in done.stderr


def test_without_pango_pdfs_wait_and_the_log_says_so_once():
    command = (
        "import ctypes.util, cffi, sys\n"
        "def missing(self, name, *rest): raise OSError('cannot load library ' + name)\n"
        "cffi.FFI.dlopen = missing\n"
        "from certification.pdf import press\n"
        "for certificate in range(3):\n"
        "    try: press.start()\n"
        "    except press.PDFsWait as wait: print('then', wait)\n"
    )
    done = subprocess.run([sys.executable, "-c", command], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert done.stdout.count("then PDFs wait: install Pango") == 3, done.stderr
    assert done.stderr.count("PDFs wait: install Pango") == 1
    assert "WeasyPrint could not import" not in done.stdout + done.stderr


# The file: archivable (PDF/A-3a) and readable aloud (PDF/UA-1).


def test_it_names_its_standards(pdf):
    metadata = pdf.open_metadata()
    assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == ("3", "A", "1")
    whole = pdf.Root.Metadata.read_bytes()
    assert whole.count(b"<rdf:RDF") == 1
    assert b"PDF/UA identification schema" in whole
    assert pdf.pdf_version == "1.7"
    assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"


def test_it_has_language_title_and_fixed_dates(pdf):
    assert str(pdf.Root.Lang) == "en"
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert str(pdf.docinfo["/Title"]) == "Certificate TRC-7K4M9RX of Siân O'Dwyer-Pugh"
    assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261124093000")
    assert pdf.trailer.ID


def test_its_facts_are_attached_as_their_source(pdf):
    (attached,) = pdf.Root.AF
    assert attached.AFRelationship == "/Source"
    assert str(attached.Desc) == "The facts this certificate states"
    assert attached.EF.F.Subtype == "/application/json"
    assert "/ModDate" in attached.EF.F.Params


def test_its_structure_can_be_read_aloud(pdf):
    elements = list(structure(pdf.Root.StructTreeRoot.K[0]))
    kinds = [str(element.S) for element in elements]
    assert (kinds.count("/H1"), kinds.count("/H2"), kinds.count("/Table"), kinds.count("/TH"), kinds.count("/Figure")) == (1, 1, 1, 3, 1)
    allowed = {"/Table": {"/THead", "/TBody", "/TR"}, "/THead": {"/TR"}, "/TBody": {"/TR"}, "/TR": {"/TH", "/TD"}}
    for element in elements:
        assert {str(kid.S) for kid in element.get("/K", []) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid} <= allowed.get(
            str(element.S), set(kinds)
        )
    (figure,) = (element for element in elements if element.S == "/Figure")
    assert str(figure.Alt) == "QR code that opens https://registry.example.org/v/7K2MZ-94PTW-3RAH7-KQ2MZ-X94PT-W/"


def test_the_box_of_the_qr_code_is_where_the_code_is_drawn(pdf):
    (figure,) = (element for element in structure(pdf.Root.StructTreeRoot.K[0]) if element.S == "/Figure")

    assert [float(edge) for edge in figure.A.BBox] in [pytest.approx(box, abs=0.02) for box in boxes_of_images(pdf.pages[0])]


def boxes_of_images(page):
    """Where each image stands on the page: left, bottom, right, top in points."""
    matrix, kept = pikepdf.Matrix(), []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "q":
            kept.append(matrix)
        elif str(operator) == "Q":
            matrix = kept.pop()
        elif str(operator) == "cm":
            matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
        elif str(operator) == "Do":
            corners = [matrix.transform(corner) for corner in ((0, 0), (1, 1))]
            (left, right), (bottom, top) = (sorted(edges) for edges in zip(*corners, strict=True))
            yield left, bottom, right, top


def test_all_that_is_painted_is_marked_as_content_or_as_ornament(pdf):
    depth = 0
    for _, operator in pikepdf.parse_content_stream(pdf.pages[0]):
        if str(operator) in {"BDC", "BMC"}:
            depth += 1
        elif str(operator) == "EMC":
            depth -= 1
        elif str(operator) in {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "Tj", "TJ", "Do", "sh"}:
            assert depth > 0, operator


def test_its_link_says_where_it_leads(pdf):
    (link,) = pdf.pages[0].Annots
    assert str(link.Contents) == str(link.A.URI) == "https://registry.example.org/v/7K2MZ-94PTW-3RAH7-KQ2MZ-X94PT-W/"
    assert "/StructParent" in link
    assert pdf.pages[0].Tabs == "/S"


@pytest.mark.parametrize(("name", "language"), [("N-08", "ja"), ("N-10", "ar"), ("N-25", "es")])
def test_the_name_is_one_text_in_its_own_language(printed, name, language):
    with pikepdf.open(printed[name]) as pdf:
        (heading,) = (element for element in structure(pdf.Root.StructTreeRoot.K[0]) if element.S == "/H2")
        assert str(heading.Lang) == language
        assert str(heading.ActualText) == facts(next(entry for entry in PRINTED if entry["id"] == name))["name"]


def test_the_qr_code_opens_the_public_page(printed):
    picture = subprocess.run(["pdftoppm", "-r", "110", "-png", printed["N-01"]], capture_output=True, check=True).stdout
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    assert found.text == "https://registry.example.org/v/7K2MZ-94PTW-3RAH7-KQ2MZ-X94PT-W/"


# The setting of the name.


@pytest.mark.parametrize(
    ("name", "size"),
    [("Siân O'Dwyer-Pugh", "name-1"), (LONGEST["name"], "name-3"), ("Hubertschlegelsteinhausen" * 4, "name-4"), ("渡辺 澪", "name-1")],
)
def test_a_name_is_set_as_large_as_it_fits(name, size):
    with press.at_work() as machine:
        assert certificate.setting(machine, facts(SIAN) | {"name": name}).size.css == size


def test_the_longest_texts_still_make_one_page_of_whole_words():
    long = {
        "latin_name": "Abdulrahman " * 9 + "Al-Mansouri",
        "scheme": "Certified Coach " * 7 + "Coach",
        "issuer": "Institute of Coaches " * 5,
    }
    pdf = certificate.render(facts(SIAN) | long)
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert text.count("\f") == 1
    for words in long.values():
        assert words.strip() in " ".join(text.split())


def test_the_lines_of_a_long_name_are_even():
    with press.at_work() as machine:
        assert certificate.setting(machine, facts(LONGEST)).width < certificate.FULL_WIDTH
        assert certificate.setting(machine, facts(SIAN)).width == certificate.FULL_WIDTH


def test_a_name_is_set_in_one_face():
    assert certificate.face("Nguyễn Thị Bảo Trân") == "serif"
    assert certificate.face("Анна-Мария Щербакова") == "serif"
    assert certificate.face("Мария Müller 渡辺") == "sans"


def test_a_mark_that_the_serif_would_misplace_is_set_in_the_other_face():
    assert certificate.face("Adéṣọlá Asdzą\u0301ą\u0301") == "serif"
    assert certificate.face("Ɓɔ\u0300yɛ\u0301") == "sans"
    assert certificate.face("Z\u0300\u0301oe") == "sans"


def test_the_ornaments_are_the_ones_the_command_draws():
    for name, drawing in draw_ornaments.ornaments().items():
        assert (Path(draw_ornaments.FOLDER) / name).read_text() == drawing

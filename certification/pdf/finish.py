"""What WeasyPrint leaves out of a tagged PDF/A: the PDF/UA identifier, and the name as one piece of text in its language."""

from collections.abc import Iterator
from typing import Any

import pydyf

NAME = "/H2"  # the certificate's one heading of the second rank is the person's name

POINTS_A_PIXEL = 0.75

# PDF/A asks that a schema it does not know be described in the file.
UA_IDENTIFIER = """
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of the PDF/UA standard that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


class Finisher:
    """Called by WeasyPrint on the finished file, before it is written."""

    def __init__(self, name: str, *, language: str, spell_out: bool) -> None:
        """`spell_out` puts the name beside its glyphs for those who copy or search: right only for names that run left to right."""
        self.name, self.language, self.spell_out = name, language, spell_out

    def __call__(self, document: Any, pdf: Any) -> None:
        identify(pdf)
        attach_once(pdf)
        place_figures(pdf)
        heading = the_name(pdf)
        heading["Lang"] = text(self.language)
        heading["ActualText"] = text(self.name)
        if self.spell_out:
            spell_out(pdf, heading, self.name)


def identify(pdf: Any) -> None:
    """Say PDF/UA-1 in the file's one block of metadata, beside PDF/A-3a."""
    metadata = find(pdf, pdf.catalog["Metadata"])
    whole = b"\n".join(metadata.stream)
    metadata.stream = [whole.replace(b"</rdf:RDF>", UA_IDENTIFIER.encode() + b"</rdf:RDF>")]


def attach_once(pdf: Any) -> None:
    """WeasyPrint lists an attachment twice among the associated files."""
    pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))


def place_figures(pdf: Any) -> None:
    """Give each figure its box in points from the foot of the page: WeasyPrint writes CSS pixels from its head."""
    height = find(pdf, pdf.page_references[0])["MediaBox"][3]
    for figure in (item for item in pdf.objects if isinstance(item, dict) and item.get("S") == "/Figure"):
        left, top, right, bottom = (POINTS_A_PIXEL * edge for edge in figure["A"]["BBox"])
        figure["A"]["BBox"] = pydyf.Array(round(edge, 2) for edge in (left, height - bottom, right, height - top))


def the_name(pdf: Any) -> Any:
    (heading,) = (item for item in pdf.objects if isinstance(item, dict) and item.get("S") == NAME)
    return heading


def spell_out(pdf: Any, heading: Any, name: str) -> None:
    """Give the name's first piece of page content the whole name as its text, and the further ones, its other lines, none."""
    page = find(pdf, pdf.page_references[0])
    marks = {item["MCID"]: item for item in find(pdf, page["Contents"]).stream if isinstance(item, dict) and "MCID" in item}
    first, *others = pieces(pdf, heading)
    marks[first]["ActualText"] = text(name)
    for piece in others:
        marks[piece]["ActualText"] = text("")


def pieces(pdf: Any, element: Any) -> Iterator[int]:
    """The marked pieces of page content under a structure element, in reading order."""
    for kid in element["K"]:
        if isinstance(kid, int):
            yield kid
        else:
            yield from pieces(pdf, find(pdf, kid))


def find(pdf: Any, reference: Any) -> Any:
    number = reference.split()[0]
    return pdf.objects[int(number)]


def text(words: str) -> Any:
    return pydyf.String(words)

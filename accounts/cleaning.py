"""A copy of an upload that shows the same and hides nothing: for whoever has to read it. The original is evidence and stays as it came."""

import io
import re
from typing import Any

import pikepdf
from PIL import Image, ImageCms, ImageOps

from accounts.uploads import Kind

QUALITY = 90
PACKED = 3  # of 9: 50 million points take 3 s; the best packing takes 40, and a worker that hangs is ended after 50
SHOWN = {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group"}
TOLD_ASIDE = ("/Metadata", "/PieceInfo", "/LastModified", "/AF", "/AA", "/OPI", "/Alternates", "/StructParent", "/StructParents", "/Thumb")


def cleaned(data: bytes, kind: Kind) -> bytes:
    """The copy. `data` was accepted by `uploads.look` as `kind`."""
    if kind is Kind.PDF:
        return _pdf(data)
    if kind is Kind.TXT:
        return re.sub(r"\r\n?", "\n", data.decode("utf-8-sig")).encode()
    return _picture(data, kind)


def _picture(data: bytes, kind: Kind) -> bytes:
    """Its points on a fresh canvas: a mere saving anew would keep the comment of a JPEG."""
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as opened:
        shown = _in_common_colors(ImageOps.exif_transpose(opened))
    canvas = Image.new(shown.mode, shown.size)
    canvas.paste(shown)
    copy = io.BytesIO()
    if kind is Kind.JPEG:
        canvas.save(copy, "JPEG", quality=QUALITY, optimize=True)
    else:
        canvas.save(copy, "PNG", compress_level=PACKED)
    return copy.getvalue()


def _in_common_colors(picture: Image.Image) -> Image.Image:
    """In sRGB, as the copy carries no profile; where the profile cannot be read, the colors stay as they are numbered."""
    profile = picture.info.get("icc_profile")
    see_through = picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info
    mode = "RGBA" if see_through else "L" if picture.mode in ("1", "L") else "RGB"
    if profile and picture.mode in ("RGB", "CMYK", "L") and not see_through:
        try:
            told, common = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            turned = ImageCms.profileToProfile(picture, told, common, outputMode="RGB")
            return turned if turned is not None else picture.convert(mode)
        except (ImageCms.PyCMSError, OSError, ValueError):
            return picture.convert(mode)
    return picture.convert(mode)


def _pdf(data: bytes) -> bytes:
    """Its pages in a new document: what is drawn, and what it is drawn with. What was filled in is drawn into the page first."""
    copy = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as source, pikepdf.new() as target:
        source.generate_appearance_streams()
        source.flatten_annotations("all")
        for page in source.pages:
            for key in set(page.obj.keys()) - SHOWN:
                del page.obj[key]
            target.pages.append(page)
        for part in target.objects:
            if isinstance(part, (pikepdf.Dictionary, pikepdf.Stream)):
                _forget_what_is_told_aside(part)
        target.remove_unreferenced_resources()
        target.save(copy, deterministic_id=True)
    return copy.getvalue()


def _forget_what_is_told_aside(part: Any) -> None:
    for key in TOLD_ASIDE:
        if key in part.keys():  # noqa: SIM118
            del part[key]
    if isinstance(part, pikepdf.Stream) and part.get("/Filter") in (pikepdf.Name("/DCTDecode"), [pikepdf.Name("/DCTDecode")]):
        part.write(without_notes(part.read_raw_bytes()), filter=pikepdf.Name("/DCTDecode"), decode_parms=part.get("/DecodeParms"))


KEPT_SEGMENTS = {0xE0, 0xE2, 0xEE}  # JFIF, the color profile, and Adobe's word on how colors are kept: without them it looks different


def without_notes(jpeg: bytes) -> bytes:
    """A JPEG without place, device, thumbnail and comments, its points untouched. What does not look like one comes back as it was."""
    kept, place = bytearray(jpeg[:2]), 2
    while jpeg[place : place + 1] == b"\xff" and place + 4 <= len(jpeg):
        mark, length = jpeg[place + 1], int.from_bytes(jpeg[place + 2 : place + 4])
        if mark == 0xDA:
            return bytes(kept) + jpeg[place:]
        if not (mark == 0xFE or (0xE0 <= mark <= 0xEF and mark not in KEPT_SEGMENTS)):
            kept += jpeg[place : place + 2 + length]
        place += 2 + length
    return jpeg

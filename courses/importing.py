"""Reading the shipped courses: YAML and Markdown in, pages and questions out. What exists is left as its authors made it."""

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import markdown
from wagtail.models import Page

from cms.loading import read_yaml
from cms.models import Edition
from courses.models import CatalogPage, CoursePage, LessonPage, ModulePage, Question

CONTENT = Path(__file__).parent / "content"
HEAVY = {"b-2", "b-8", "b-11"}


@dataclass(slots=True)
class Loaded:
    """What a run made, by kind; nothing the second time."""

    pages: int = 0
    questions: int = 0


def stable_id(*parts: str) -> str:
    """The same id for the same place in the shipped files."""
    return str(uuid5(NAMESPACE_URL, "/".join(parts)))


def lesson_blocks(key: str, text: str) -> list[dict[str, Any]]:
    """The StreamField data of a lesson's Markdown: headings, text between them, and the line to remember."""
    blocks: list[dict[str, Any]] = []
    waiting: list[str] = []

    def add(kind: str, value: Any) -> None:
        blocks.append({"type": kind, "value": value, "id": stable_id(key, str(len(blocks)))})

    def flush() -> None:
        if waiting:
            add("text", markdown.markdown("\n\n".join(waiting)))
            waiting.clear()

    for part in re.split(r"\n{2,}", text.strip()):
        if part.startswith("## "):
            flush()
            add("heading", part.removeprefix("## "))
        elif part.startswith("|"):
            flush()
            add("comparison", comparison(part))
        elif part.startswith("**To remember:**"):
            flush()
            remembered = part.removeprefix("**To remember:**").strip()
            add("remember", markdown.markdown(remembered[:1].upper() + remembered[1:]))
        else:
            waiting.append(part)
    flush()
    return blocks


def comparison(table: str) -> dict[str, Any]:
    """The block of a Markdown table with two columns: the first row is the head, the second a rule."""
    head, _, *rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in table.splitlines()]
    pairs = [{"type": "item", "value": {"left": left, "right": right}} for left, right in rows]
    return {"left": head[0], "right": head[1], "rows": pairs}


def read_lesson(path: Path) -> tuple[dict[str, Any], str]:
    """Front matter and body of a lesson file."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return read_yaml(head), body


def load(home: Page, *, reviewed: Edition | None, folder: Path = CONTENT) -> Loaded:
    """Bring in whatever is not there yet, under a catalog below `home`; `reviewed` is the edition of the Code it was written for."""
    loaded = Loaded()
    catalog = CatalogPage.objects.first() or home.add_child(
        instance=CatalogPage(
            title="Courses",
            slug="learn",
            introduction="Read freely. Questions are for people with an account, who log in so that their place is kept.",
        )
    )
    rules = read_yaml((folder / "rules.yaml").read_text(encoding="utf-8"))["final_quiz"]
    for path in sorted((folder / "courses").glob("*/course.yaml"), key=lambda p: p.parent.name != "code-of-ethics-review"):
        load_course(catalog, path, rules, reviewed, loaded)
    for item in read_yaml((folder / "questions.yaml").read_text(encoding="utf-8"))["items"]:
        load_question(item, loaded)
    return loaded


def load_course(catalog: Page, path: Path, rules: dict[str, Any], reviewed: Edition | None, loaded: Loaded) -> None:
    """One course with its modules and lessons."""
    data = read_yaml(path.read_text(encoding="utf-8"))
    course = CoursePage.objects.filter(key=data["id"]).first()
    if course is None:
        course = CoursePage(
            key=data["id"],
            slug=data["id"],
            title=data["title"],
            subtitle=data["subtitle"],
            summary=data["summary"].strip(),
            audience=data["audience"],
            outcomes="\n".join(data["outcomes"]),
            content_warning=data.get("content_warning", "").strip(),
            attempts_allowed=rules["attempts_per_enrollment"],
            reviewed_edition=reviewed,
            without_final=data.get("complete_without_final_quiz", "").strip(),
            wait_hours=list(rules["wait_hours_before_attempt"].values()),
        )
        add(catalog, course, loaded)
    for module in data["modules"]:
        load_module(course, module, path.parent / "lessons", loaded)


def load_module(course: CoursePage, data: dict[str, Any], folder: Path, loaded: Loaded) -> None:
    """One module, its quiz's numbers and its lessons."""
    quiz = data["quiz"]
    module = ModulePage.objects.filter(key=data["id"]).first()
    if module is None:
        blueprint = quiz.get("blueprint", {})
        module = ModulePage(
            key=data["id"],
            slug=data["id"],
            title=data["title"],
            quiz=quiz["pool"],
            draw=quiz.get("draw") or sum(blueprint.values()),
            pass_points=quiz["pass_points"],
            blueprint=blueprint,
            min_critical=quiz.get("min_critical", 0),
        )
        add(course, module, loaded)
    for key in data["lessons"]:
        if not LessonPage.objects.filter(key=key).exists():
            add(module, lesson(*read_lesson(folder / f"{key}.md")), loaded)


def lesson(data: dict[str, Any], body: str) -> LessonPage:
    """A lesson page, not yet saved."""
    key = data["id"]
    warning = data["content_warning"]
    return LessonPage(
        key=key,
        slug=key,
        title=data["title"],
        minutes=data["minutes"],
        objectives="\n".join(data["objectives"]),
        clauses=", ".join(data["clauses"]),
        content_warning="" if warning == "none" else warning,
        offers_leaving=key in HEAVY,
        body=lesson_blocks(key, body),
        activity=data["activity"]["prompt"],
    )


def add(parent: Page, page: Page, loaded: Loaded) -> None:
    """Put a page below another and publish it, with a first revision to compare later ones with."""
    parent.add_child(instance=page)
    page.save_revision().publish()
    loaded.pages += 1


def load_question(item: dict[str, Any], loaded: Loaded) -> None:
    """One question, published, so that its first version is frozen."""
    if Question.objects.filter(key=item["id"]).exists():
        return
    right = item.get("correct", [])
    options = {option["key"]: option for option in item["options"]}
    question = Question(
        key=item["id"],
        type=item["type"],
        module=ModulePage.objects.get(key=item["module"]),
        section=item["section"],
        clauses=", ".join(item["clauses"]),
        difficulty=Decimal(str(item["difficulty"])),
        level=item["level"],
        critical=item.get("critical", False),
        stem=item["stem"],
        options=[
            {
                "type": "option",
                "id": stable_id(item["id"], key),
                "value": {"text": options[key]["text"], "rationale": options[key]["rationale"], "correct": key in right},
            }
            for key in item.get("correct_order", options)
        ],
    )
    question.full_clean()
    question.save()
    question.save_revision().publish()
    loaded.questions += 1

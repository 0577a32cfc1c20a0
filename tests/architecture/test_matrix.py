"""Who gets what from every address: matrix.txt against the site as it answers."""

from dataclasses import dataclass
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.signing import Signer
from PIL import Image as Picture
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, Site, Task, Workflow

from accounts import changes, inbox, links, roles
from accounts.facts import Mailbox, SiteRole
from accounts.models import ErasureRequest, Export
from audit import clock
from certification import holds
from certification.models import CertificateDocument
from cms.models import CrisisLine, Edition
from complaints.models import Appointment, Case
from courses import attempts, enrollments
from courses.models import CatalogPage, CoursePage, LessonPage, ModulePage, QuestionVersion
from tests.architecture import matrix
from tests.factories import cms as texts
from tests.factories import courses as lessons
from tests.factories.accounts import AdministratorFactory, AuditorFactory, AuthorFactory, StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory

ALL = matrix.addresses()
WORKFLOW = [
    "workflow_action",
    "collect_workflow_action_data",
    "confirm_workflow_cancellation",
    "workflow_preview",
    "workflow_history_detail",
]
COLUMNS, LINES = matrix.table()


@dataclass
class World:
    """A site with one of everything, all of it of one coach; and who looks at it."""

    visitors: dict[str, matrix.Visitor]
    arguments: dict[str, dict[str, Any]]
    literal: dict[str, str]
    forms: dict[str, dict[str, Any]]

    def path(self, address: matrix.Address) -> str:
        """A real address: arguments of the longest group that knows the name, over those of all."""
        known: dict[str, Any] = {}
        for group in sorted((group for group in self.arguments if address.name.startswith(group)), key=len):
            known |= self.arguments[group]
        return matrix.path_to(address, known, self.literal)

    def form(self, name: str) -> dict[str, Any]:
        """What a POST carries where Wagtail reads a form without asking whether it is whole."""
        return next((form for group, form in self.forms.items() if name.startswith(group)), {})


@pytest.fixture
def world(db, tmp_path) -> World:
    texts.texts()
    course = lessons.course(name="code-of-ethics-review", final=2)
    run = lessons.ready_for_the_final(course)
    coach = run.person
    final, module = lessons.final_of(course), ModulePage.objects.descendant_of(course).exclude(quiz="final").get()
    certificate = CertificateFactory(holder=coach, number="TRC-0001")
    document = CertificateDocument(term=certificate.terms.get(), facts={})
    document.file.save("one.pdf", ContentFile(b"%PDF-1.7"))
    first, second = AdministratorFactory(), AdministratorFactory()
    other = UserFactory()
    proposal = roles.propose(other, SiteRole.AUDITOR, grants=True, by=second, reason="Needed", at=clock.now())
    last = LessonPage.objects.child_of(module).last()
    question = lessons.QuestionFactory(module=module)
    made = SimpleNamespace(
        course=course,
        module=module,
        lesson=LessonPage.objects.child_of(module).first(),
        run=run,
        check=attempts.start(run, module, at=clock.now()),
        final=attempts.start(run, final, at=clock.now()),
        certificate=certificate,
        document=document,
        draft=texts.draft(),
        edition=Edition.objects.published().first(),
        question=question,
        version=QuestionVersion.objects.filter(question=question).first(),
        proposal=proposal,
        hold=holds.place(other, first_day=clock.today(), last_day=None, by=first),
        upload=tmp_path / "redirects.csv",
        reviewed={"page": last, "question": lessons.QuestionFactory(module=module), "edition": texts.draft("third")},
        alias=CatalogPage.objects.get().create_alias(parent=Site.objects.get().root_page, update_slug="alias"),
        other=other,
        coach=coach,
        letter=inbox.post(coach, title="Renewed", words="Until 2028.", key="letter", at=clock.now()),
        appointment=Appointment.objects.create(person=UserFactory(), role="intake", first_day=clock.today()),
        case=Case.objects.create(state="SUBMITTED", source="web", level="open", relation="client", received_on=clock.today()),
        line=CrisisLine.objects.create(country="Utopia", kind="talk", name="Night line", phone="555 0100"),
        copy=Export.objects.create(person=coach, asked_at=clock.now(), made_at=clock.now(), file="exports/one.zip"),
    )
    ErasureRequest.objects.create(person=other, asked_by=second, reason="Telephoned")
    made.upload.write_text("from,to\n/old,/new\n")
    people = {
        "stranger": None,
        "person": UserFactory(),
        "coach": coach,
        "staff": StaffFactory(),
        "author": AuthorFactory(),
        "auditor": AuditorFactory(),
        "administrator": first,
    }
    visitors = {name: matrix.Visitor(person) for name, person in people.items()}
    return World(visitors, {"": ours(made), **wagtails(made)}, literals(made), forms(made))


def ours(made: SimpleNamespace) -> dict[str, Any]:
    """What the addresses of the product take."""
    return {
        "number": made.certificate.number,
        "verify_code": made.document.verify_code,
        "code": made.document.verify_code,
        "term": made.certificate.terms.get().pk,
        "run": made.run.pk,
        "edition": made.draft.pk,
        "course": made.course.slug,
        "module": made.module.slug,
        "lesson": made.lesson.slug,
        "attempt": made.final.pk,
        "position": 1,
        "clause": "PS-07",
        "uid": made.other.uid,
        "role": "staff",
        "pk": made.draft.pk,
        "kind": "app",
        "mark": "0" * 16,
        "rest": "v1/nothing",
        "grant": 987654,
        "hold": made.hold.pk,
        "appointment": made.appointment.uid,
        "interest": UUID(int=1),
    }


def wagtails(made: SimpleNamespace) -> dict[str, dict[str, Any]]:
    """What the addresses of the admin take, by the beginning of their names."""
    revision = made.course.save_revision()
    image = Image.objects.create(title="A picture", file=ImageFile(picture(), name="picture.png"))
    paper = Document.objects.create(title="A paper", file=ContentFile(b"words", name="paper.txt"))
    redirect = Redirect.objects.create(old_path="/before", redirect_link="/registry/")
    workflow, task = Workflow.objects.first(), Task.objects.first()
    folder = Collection.get_first_root_node().add_child(instance=Collection(name="Folder"))
    page = {
        "page_id": made.course.pk,
        "page_to_move_id": made.module.pk,
        "destination_id": made.course.pk,
        "parent_page_id": made.course.pk,
    }
    kinds = {
        "content_type_app_name": "courses",
        "content_type_model_name": "modulepage",
        "app_label": "courses",
        "model_name": "modulepage",
    }
    compared = {"pk": made.course.pk, "revision_id_a": "earliest", "revision_id_b": "latest", "revision_id": revision.pk}
    draft, question = made.draft.save_revision(), made.question.save_revision()
    reviewed = {kind: in_review(workflow, thing) for kind, thing in made.reviewed.items()}
    question_args = {"pk": made.question.pk, "revision_id": question.pk, "revision_id_a": "earliest", "revision_id_b": "latest"}
    edition_args = {"pk": made.draft.pk, "revision_id": draft.pk, "revision_id_a": "earliest", "revision_id_b": "latest"}
    return {
        "check": {"attempt": made.check.pk},
        **{key: {"number": made.case.number, "name": "take", "uid": UUID(int=1)} for key in ("case", "attest", "evidence_")},
        "scheme_rules": {"pk": made.certificate.scheme_id},
        "proposal": {"uid": made.proposal.uid},
        "message": {"uid": made.letter.uid},
        "download_copy": {"uid": made.copy.uid},
        "withdraw_proposal": {"uid": made.proposal.uid},
        "courses_records": {"kind": "page", "pk": made.course.pk},
        "remove_device": {"pk": 987654},
        "courses_void": {"pk": made.version.pk},
        "wagtailadmin_": {**page, **kinds, **compared},
        **{f"wagtailadmin_pages:{name}": {**reviewed["page"], "page_id": reviewed["page"]["pk"]} for name in WORKFLOW},
        "wagtailadmin_pages:convert_alias": {"page_id": made.alias.pk},
        "wagtailadmin_api:": {"pk": made.course.pk, "action_name": "copy"},
        "wagtailadmin_api:images": {"pk": image.pk},
        "wagtailadmin_api:documents": {"pk": paper.pk},
        "wagtailadmin_choose_page_child": {"parent_page_id": made.course.pk},
        "wagtailadmin_tag_model": {"app_name": "taggit", "model_name": "tag"},
        "wagtailadmin_collections:": {"pk": folder.pk, "collection_id": folder.pk},
        "wagtailadmin_workflows:": {
            "pk": workflow.pk,
            "page_pk": made.course.pk,
            "workflow_pk": workflow.pk,
            "app_label": "wagtailcore",
            "model_name": "groupapprovaltask",
        },
        "wagtailadmin_workflows:task_chosen": {"task_id": task.pk},
        "wagtailadmin_workflows:edit_task": {"pk": task.pk},
        "wagtailadmin_workflows:disable_task": {"pk": task.pk},
        "wagtailadmin_workflows:enable_task": {"pk": task.pk},
        "wagtailadmin_editing_sessions:": {
            "app_label": "courses",
            "model_name": "coursepage",
            "object_id": made.course.pk,
            "session_id": 1,
        },
        "wagtail_bulk_action": {"app_label": "wagtailcore", "model_name": "page", "action": "delete"},
        "wagtailforms:": {"page_id": made.course.pk},
        "wagtailredirects:": {"redirect_id": redirect.pk},
        "wagtailsettings:": {"app_name": "cms", "model_name": "none", "pk": 1},
        "wagtaildocs": {"document_id": paper.pk, "doc_id": paper.pk, "uploaded_file_id": 1, "pk": paper.pk, "restriction_id": 1},
        "wagtailimages": {"image_id": image.pk, "uploaded_file_id": 1, "filter_spec": "width-100", "pk": image.pk},
        "wagtailsnippets_courses_question:": question_args,
        **{f"wagtailsnippets_courses_question:{name}": reviewed["question"] for name in WORKFLOW},
        "wagtailsnippetchoosers_courses_question:": {"pk": made.question.pk},
        "wagtailsnippets_cms_edition:": edition_args,
        **{f"wagtailsnippets_cms_edition:{name}": reviewed["edition"] for name in WORKFLOW},
        "wagtailsnippetchoosers_cms_edition:": {"pk": made.draft.pk},
        "wagtailsnippets_cms_clause:": {"pk": "PS-07"},
        "wagtailsnippets_cms_crisisline:": {"pk": made.line.pk},
        "wagtailsnippetchoosers_cms_clause:": {"pk": "PS-07"},
        "wagtailsites:": {"pk": Site.objects.get().pk},
        "wagtailusers_users:": {"pk": made.other.pk},
        "wagtailcore_authenticate": {"page_view_restriction_id": 1, "page_id": made.course.pk},
    }


def in_review(workflow: Workflow, thing: Any) -> dict[str, Any]:
    """A page or snippet that waits for a reviewer, as the addresses of its review name it."""
    thing.save_revision()
    state = workflow.start(thing, None)
    task = state.current_task_state
    return {"pk": thing.pk, "workflow_state_id": state.pk, "task_state_id": task.pk, "task_id": task.task_id, "action_name": "approve"}


def forms(made: SimpleNamespace) -> dict[str, dict[str, Any]]:
    """What a POST carries, by the beginning of the name."""
    return {
        "wagtailadmin_pages:copy": {"new_parent_page": made.course.get_parent().pk, "new_title": "Copy", "new_slug": "copy"},
        "wagtailadmin_choose_page_external_link": {"external-link-chooser-url": "https://example.org"},
        "wagtailredirects:process_import": {"input_format": Signer().sign("0"), "import_file_name": Signer().sign(str(made.upload))},
        "wagtailsnippets_courses_question:": {"options-count": "0"},
    }


def literals(made: SimpleNamespace) -> dict[str, str]:
    """Addresses whose arguments have no name, and those that a link alone leads to."""
    paper = Document.objects.get()
    return {
        "password_set": links.password_path(made.other),
        "invitation": links.invitation_path(UserFactory(password=None)),
        "address_change": links.address_change_path(changes.ask(made.other, "new@example.org", at=clock.now()), Mailbox.NEW),
        "wagtaildocs_serve": f"/documents/{paper.pk}/{paper.filename}",
        "wagtail_serve": "/",
        "wagtail_bulk_action": f"/admin/bulk/wagtailcore/page/publish/?id={made.lesson.pk}",
        "wagtailadmin_api:pages:find": f"/admin/api/main/pages/find/?id={made.course.pk}",
        "wagtailadmin_api:documents:find": f"/admin/api/main/documents/find/?id={paper.pk}",
        "wagtailadmin_api:images:find": f"/admin/api/main/images/find/?id={Image.objects.get().pk}",
        "wagtailadmin_block_preview": "/admin/block-preview/",
        "_util/login/": "/_util/login/",
        "admin/failwhale/": "/admin/failwhale/",
        "admin/test404/": "/admin/test404/",
        "admin/^.*/$": "/admin/nothing/of/the/kind/",
        r"^admin/(?:login|logout|password_reset)(?:/.*)?$": "/admin/login/",
        "wagtailadmin_password_reset_confirm": "/admin/password_reset/confirm/x/y/",
    }


def picture() -> BytesIO:
    file = BytesIO()
    Picture.new("RGB", (8, 8)).save(file, "PNG")
    file.seek(0)
    return file


def test_every_address_has_a_line_for_each_method_and_every_line_an_address():
    without = [
        f"{address.name} {method}" for address in ALL for method in matrix.METHODS if matrix.line_for(address.name, method, LINES) is None
    ]
    used = {(matrix.line_for(address.name, method, LINES), method) for address in ALL for method in matrix.METHODS}

    assert without == [], "say in matrix.txt what these answer whom"
    assert [f"{name} {method}" for name, method in LINES if (name, method) not in used] == [], "these lines fit no address"


def test_the_table_is_whole_and_no_line_expects_that_the_site_breaks():
    words = {"open", "shut", "login", "home", "200", "202", "302", "400", "403", "404", "405", "409", "200/503"}

    assert {name: answers for (name, _), answers in LINES.items() if len(answers) != len(COLUMNS) or set(answers) - words} == {}
    assert [name for (name, _), answers in LINES.items() if {"open", "shut"} & set(answers) and not name.endswith("*")] == []


@pytest.mark.long
def test_every_address_answers_everybody_as_the_table_says(world):
    assert list(world.visitors) == COLUMNS
    wrong = []
    for address in ALL:
        path = world.path(address)
        for method in matrix.METHODS:
            expected = LINES[matrix.line_for(address.name, method, LINES), method]
            for who, wanted in zip(COLUMNS, expected, strict=True):
                found = world.visitors[who].ask(method, path, world.form(address.name))
                if not matrix.fits(wanted, found):
                    wrong.append(f"{address.name} {method} {who}: {found} instead of {wanted}")
    assert wrong == []


OF_THE_COACH = [
    "give_back",
    "certificate_document",
    "message",
    "message_pdf",
    "quiz_question",
    "quiz_all",
    "quiz_review",
    "quiz_result",
    "quiz_again",
    "check_question",
    "check_result",
]


def test_what_is_one_coachs_is_not_there_for_another(world):
    """The other one is certified, too, and has a run of the same course."""
    theirs = CertificateFactory(number="TRC-0002")
    lessons.read_everything(enrollments.start(theirs.holder, CoursePage.objects.get(), at=clock.now()))
    visitor, number = matrix.Visitor(theirs.holder, factor=True), world.arguments[""]["number"]
    mine = {f"/my/renewal/{page}?certificate={number}" for page in ("", "statement/")}
    mine |= {world.path(address) for address in ALL if address.name in OF_THE_COACH}

    assert len(mine) == 13
    found = {(path, method): visitor.ask(method, path) for path in mine for method in matrix.METHODS}
    assert {asked: answer for asked, answer in found.items() if answer not in ("404", "405")} == {}
    assert visitor.ask("GET", "/my/renewal/?certificate=TRC-0002") == "200"

"""How much a request may bring: more where files of a case are taken, by the pages that take them, and never to the disk in clear."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from complaints import evidence
from config import urls


def takes_files(request):
    return HttpResponse(f"{sum(file.size for file in request.FILES.getlist('files'))} {type(request.FILES['files'].file).__name__}")


takes_files.upload_handler = evidence.InMemory


def reads_a_form(request):
    return HttpResponse(str(len(request.FILES)))


class OfACase:
    """A page that takes files of a case, and two that do not."""

    handler400 = "config.middleware.bad_request"
    urlpatterns = [
        path("complaints/files/", csrf_exempt(takes_files)),
        path("complaints/form/", csrf_exempt(reads_a_form)),
        path("elsewhere/files/", csrf_exempt(takes_files)),
        *urls.urlpatterns,
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "megabytes", "status"),
    [
        ("/complaints/files/", 13, 200),
        ("/complaints/files/", 105, 413),
        ("/complaints/form/", 13, 413),
        ("/complaints/form/", 11, 200),
        ("/elsewhere/files/", 13, 413),
    ],
)
def test_only_pages_that_take_files_of_a_case_take_a_large_body_and_keep_it_in_memory(client, settings, address, megabytes, status):
    settings.ROOT_URLCONF = OfACase
    client.raise_request_exception = False

    answer = client.post(address, {"files": SimpleUploadedFile("a.txt", b"a" * (megabytes << 20))})

    assert answer.status_code == status
    if answer.status_code == 200 and "files" in address:
        assert answer.content.decode() == f"{megabytes << 20} BytesIO"

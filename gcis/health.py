"""Is this process alive, and is this installation able to work?"""

import os

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse


def livez(request: HttpRequest) -> JsonResponse:
    """This process answers. `nonce` tells the supervisor that it is the process that it started."""
    return JsonResponse(
        {"alive": True, "nonce": os.environ.get("GCIS_NONCE", "")}, headers={"Cache-Control": "no-store"}
    )


def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers (stores, broker and the oldest due job join in the issue on real services)."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ready": False, "database": False}, status=503, headers={"Cache-Control": "no-store"})
    return JsonResponse({"ready": True, "database": True}, headers={"Cache-Control": "no-store"})

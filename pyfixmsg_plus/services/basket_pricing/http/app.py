"""The application: operations of the roles that this process plays, behind the one way in."""

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI

from pyfixmsg_plus.services.basket_pricing.http.errors import answer_errors

__all__ = ["PREFIX", "application"]

PREFIX = "/api/v1"


def application(routers: Iterable[APIRouter], platform: APIRouter, version: str) -> FastAPI:
    """Return what answers requests that have passed the gate.

    Args:
        routers: Of the roles; they stand below the prefix.
        platform: What stands beside it, such as health and figures.
        version: Of the package.
    """
    app = FastAPI(
        title="PyFixMsg Plus Basket Listing & Pricing",
        version=version,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    answer_errors(app)
    for router in routers:
        app.include_router(router, prefix=PREFIX)
    app.include_router(platform)
    return app

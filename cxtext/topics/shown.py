"""How a notebook shows a topic model: as scikit-learn does until it is fitted, then as its topics."""

from importlib import import_module
from typing import Any

# The report comes after the topics, and is imported when it is asked for.
_VIEW = "cxtext.report.topics_view"


class Shown:
    """Adds the table of topics to what scikit-learn's estimators show, and stands before them among the bases.

    Both ways that notebooks ask are answered, and ``sklearn.set_config(display="text")`` holds for this too.
    """

    @property
    def _repr_html_(self) -> Any:  # noqa: ANN401 (a method, as scikit-learn gives it)
        shown = super()._repr_html_  # type: ignore[misc]
        return self._topics_html if hasattr(self, "topics_") else shown

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:  # noqa: ANN401
        bundle: dict[str, str] = super()._repr_mimebundle_(**kwargs)  # type: ignore[misc]
        if "text/html" in bundle and hasattr(self, "topics_"):
            bundle["text/html"] = self._topics_html()
        return bundle

    def _topics_html(self) -> str:
        html: str = import_module(_VIEW).render(self)
        return html

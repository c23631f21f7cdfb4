"""The exception tree: every exception is a CxtextError and the builtin that fits; messages help."""

import inspect
import pickle

import pytest

from cxtext import errors
from cxtext.errors import CxtextError, MissingExtraError, NotFittedError, nearest

# exception, the builtins that callers may catch instead
TREE = [
    ("InputTypeError", (TypeError,)),
    ("InputValueError", (ValueError,)),
    ("ConfigError", (ValueError,)),
    ("PipelineError", (ValueError,)),
    ("StageNotFoundError", (LookupError,)),
    ("ColumnError", (LookupError,)),
    ("SourceError", (ValueError,)),
    ("SourceNotFoundError", (FileNotFoundError,)),
    ("OutputExistsError", (FileExistsError,)),
    ("ArtefactError", (RuntimeError,)),
    ("MissingExtraError", (ImportError,)),
    ("EngineError", (RuntimeError,)),
    ("ServiceError", (ConnectionError,)),
    ("NotFittedError", (ValueError, AttributeError)),
]


@pytest.mark.parametrize(("name", "builtins"), TREE)
def test_every_exception_is_also_the_fitting_builtin(name: str, builtins: tuple[type, ...]) -> None:
    kind = getattr(errors, name)
    assert issubclass(kind, CxtextError)
    for builtin in builtins:
        assert issubclass(kind, builtin)


def test_the_table_above_and_the_tree_in_the_docstring_name_every_exception() -> None:
    defined = {n for n, v in vars(errors).items() if inspect.isclass(v) and issubclass(v, CxtextError)}
    assert defined - {"CxtextError"} == {name for name, _ in TREE}
    for name in defined:
        assert name in errors.__doc__


def test_not_fitted_is_caught_where_scikit_learns_own_is() -> None:
    # sklearn.exceptions.NotFittedError derives from these two; ours must not need scikit-learn to be imported.
    import sklearn.exceptions

    assert set(sklearn.exceptions.NotFittedError.__bases__) <= set(NotFittedError.__mro__)


def test_missing_extra_says_which_install_mends_it() -> None:
    assert str(MissingExtraError("sentence_transformers", "transformers")) == (
        "'sentence_transformers' is not installed. It comes with: pip install \"cxtext[transformers]\""
    )


@pytest.mark.parametrize("name", [name for name, _ in TREE])
def test_exceptions_survive_the_trip_from_a_worker_process(name: str) -> None:
    arguments = ("torch", "train") if name == "MissingExtraError" else ("what, got, allowed, next",)
    error = getattr(errors, name)(*arguments)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)


@pytest.mark.parametrize(
    ("name", "allowed", "expected", "why"),
    [
        ("kommentr", ["kommentar", "datum"], "did you mean 'kommentar'?", "one close name"),
        (
            "coment",
            ["comment", "kommentar", "date"],
            "did you mean 'comment' or 'kommentar'?",
            "two close names, best first",
        ),
        ("q", ["comment", "date"], "allowed: 'comment', 'date'", "nothing close: all names, in their order"),
        ("", ["a"], "allowed: 'a'", "empty name"),
        ("x", [], "allowed: ", "nothing is allowed"),
        ("größe", ["Größe", "Grösse"], "did you mean 'Größe' or 'Grösse'?", "umlauts and Swiss spelling"),
    ],
)
def test_nearest_names(name: str, allowed: list[str], expected: str, why: str) -> None:
    assert nearest(name, allowed) == expected, why


def test_nearest_reads_any_iterable() -> None:
    assert nearest("datum", iter({"datum": 1, "kanal": 2})) == "did you mean 'datum'?"

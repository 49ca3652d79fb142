"""Where translations stand; `python -m tests.dashboard.catalogues` puts them in place."""

from collections import Counter

from tests.dashboard import catalogues


def test_a_translation_stands_in_the_catalogue_of_its_page() -> None:
    belongs = catalogues.places()
    misplaced = sorted(
        f"{catalogue}.po {key!r} belongs to {belongs[key]}.po"
        for catalogue, key, _message in catalogues.translated()
        if catalogue != belongs.get(key, catalogue)
    )
    assert not misplaced, "\n".join(misplaced)


def test_no_translation_is_left_over() -> None:
    belongs = catalogues.places()
    unused = sorted(
        f"{catalogue}.po {key!r}" for catalogue, key, _message in catalogues.translated() if key not in belongs
    )
    assert not unused, "\n".join(unused)


def test_a_text_is_translated_once() -> None:
    times = Counter(key for _catalogue, key, _message in catalogues.translated())
    assert [key for key, count in times.items() if count > 1] == []

import pytest

from api.ports.name_check import AccountHolder, compare_names, load_check


@pytest.mark.parametrize(
    ("holder", "names", "least", "most"),
    [
        ("SITI AMINAH", ("Siti Aminah", "Berkah"), 100, 100),
        ("AMINAH SITI", ("Siti Aminah",), 100, 100),
        ("PT BERKAH JAYA", ("Toko Berkah Jaya",), 100, 100),
        ("HJ. SITI AMINAH", ("Siti Aminah",), 100, 100),
        ("SITI AMINAH NURHASAN", ("Siti Aminah Nurhasanah",), 90, 100),  # a bank's field was too short
        ("SITI", ("Siti Aminah",), 0, 79),  # one common word is not enough
        ("JOKO SUSILO", ("Siti Aminah", "Berkah"), 0, 50),
        ("Ándri Sàputra", ("Andri Saputra",), 100, 100),
        ("", ("Siti",), 0, 0),
        ("PT", ("PT",), 0, 0),
        ("北京", ("Siti",), 0, 0),
    ],
)
def test_names_are_compared_as_banks_write_them(holder: str, names: tuple[str, ...], least: int, most: int) -> None:
    match = compare_names(AccountHolder("BCA", "123456", holder, names))
    assert least <= match.score <= most
    assert (match.found, match.source) == (holder, "local")


def test_a_check_is_taken_from_a_module_of_the_deployment() -> None:
    assert load_check("local") is compare_names
    assert load_check("api.ports.name_check:compare_names") is compare_names
    for wrong in ("no_such_module:check", "api.ports.name_check:none", "nothing"):
        with pytest.raises(ValueError, match="KOMSHIP_NAME_CHECK"):
            load_check(wrong)

"""Numbers find every single slip; codes read back from however they were typed."""

import pytest

from certification import numbers


def test_a_new_number_has_the_prefix_and_no_slip():
    made = {numbers.make("TRC") for _ in range(200)}

    assert len(made) == 200
    assert all(number.startswith("TRC-") and len(number) == 11 and not numbers.has_slip(number) for number in made)


def test_every_single_wrong_symbol_is_found():
    number = numbers.make("TRC")
    for place in range(4, 11):
        for symbol in numbers.SYMBOLS.replace(number[place], "") + "O0I1B":
            assert numbers.has_slip(number[:place] + symbol + number[place + 1 :])


def test_every_swap_of_two_neighbors_is_found():
    for number in (numbers.make("TRC") for _ in range(50)):
        for place in range(4, 10):
            swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
            assert swapped == number or numbers.has_slip(swapped)


@pytest.mark.parametrize("number", ["DEMO-0001", "demo-0009", "1234", "", "ABC/17-2020"])
def test_a_number_of_another_pattern_has_nothing_to_check(number):
    assert not numbers.has_slip(number)


@pytest.mark.parametrize("typed", [" trc-7k4m9rx ", "TRC 7K4M9RX", "trc–7k4m9rx", "ＴＲＣ-7K4M9RX", "TRC - 7K4M9RX"])
def test_a_number_is_read_however_it_was_typed(typed):
    assert numbers.normalize(typed) == "TRC-7K4M9RX"


def test_a_code_is_read_without_its_hyphens_in_small_letters_and_with_look_alikes():
    code = numbers.make_code()
    typed = code.replace("-", " ").lower().replace("0", "o").replace("1", "l")

    assert numbers.normalize_code(typed) == code
    assert len(code.replace("-", "")) == 26

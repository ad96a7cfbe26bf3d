"""What a commune's settings say in words that forms and documents fill in."""

from __future__ import annotations

import pytest

from templates.commune import Commune


@pytest.mark.parametrize(
    ("superior", "said"),
    [
        ("Ủy ban MTTQ Việt Nam thị xã", "Mặt trận thị xã"),
        ("Ủy ban MTTQ Việt Nam thành phố Bình Thử", "Mặt trận thành phố Bình Thử"),
        ("Ban Thường trực Ủy ban Mặt trận Tổ quốc Việt Nam huyện Thử", "Mặt trận huyện Thử"),
        ("Ủy ban MTTQ huyện Thử", "Mặt trận huyện Thử"),
        ("", "Mặt trận cấp trên"),
        ("Cấp trên", "Mặt trận cấp trên"),
        # The forms name the province by itself: nothing is called by one name with it.
        ("Ủy ban MTTQ Việt Nam tỉnh Thử", "Mặt trận cấp trên"),
    ],
)
def test_the_superior_as_a_source_of_money(superior: str, said: str) -> None:
    assert Commune("a", "A", superior=superior).words["cap_tren"] == said


@pytest.mark.parametrize(("places", "said"), [(("chợ Hoa Sen", "hẻm 12"), "chợ Hoa Sen"), ((), "trường học")])
def test_an_example_of_a_place_is_the_communes_own(places: tuple[str, ...], said: str) -> None:
    assert Commune("a", "A", places=places).words["vi_du_noi"] == said


@pytest.mark.parametrize(
    ("superior", "said"),
    [
        ("Ủy ban MTTQ Việt Nam tỉnh Thử", "tỉnh"),
        ("Ủy ban MTTQ Việt Nam thị xã Thử", "tỉnh"),
        ("Ủy ban MTTQ Việt Nam thành phố Thử, tỉnh Thử", "tỉnh"),
        ("Ủy ban MTTQ Việt Nam thành phố Thử", "thành phố"),
        ("", "tỉnh"),
    ],
)
def test_the_highest_level_is_a_province_or_a_city(superior: str, said: str) -> None:
    assert Commune("a", "A", superior=superior).words["cap_tinh"] == said


def test_the_words_for_units() -> None:
    words = Commune("a", "A", kind="phường", hamlet_word="khu phố").words

    assert (words["xa"], words["ap"]) == ("phường", "khu phố")

"""The coordinator in the chat: who is in, what is accepted or returned, moved, opened, counted."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.office import Office
from tests.report_office import KEY, PDF, office, sheet_of

__all__ = ["office"]


def test_the_board_shows_who_is_in_and_who_has_nobody(office: Office) -> None:
    binh = office.talks["binh"]
    office.at("2026-03-16")
    office.press("hoa", "Đã nộp")
    said = binh.say("/theodoi")
    assert "quý I 2026" in said
    assert "1/27" in said
    assert "⚠ Chưa có người đầu mối (26)" in said
    assert "Sở Y tế ⚠" in said
    binh.press("Ảnh")
    picture = Image.open(io.BytesIO(binh.taken.files[0].data))
    assert picture.width == 1080
    binh.send("board:xlsx:quy-1/2026")
    rows = sheet_of(binh)
    assert len(rows) == 28
    (sent,) = [row[3] for row in rows[1:] if row[3]]
    assert str(sent) == "2026-03-16 08:00:00"  # the time of the province


def test_a_report_is_accepted_or_returned_with_a_reason(office: Office) -> None:
    binh = office.talks["binh"]
    office.at("2026-03-16")
    office.press("hoa", "Đã nộp")
    office.talks["hoa"].send_file("bao-cao.pdf", PDF)
    binh.say("/theodoi")
    binh.press("Xem báo cáo đã nộp (1)")
    binh.press("Sở Tư pháp")
    assert binh.taken.files[0].data == PDF
    binh.press("Trả lại")
    binh.say("Thiếu phụ lục 2")
    assert "Thiếu phụ lục 2" in office.sent("hoa")[-1].text
    office.at("2026-03-17")
    assert office.keys("hoa")[-1].endswith("tre-1")
    office.press("hoa", "Đã nộp")
    binh.send(f"board:look:{KEY}")
    assert "Đã nhận" in binh.press("Nhận báo cáo")
    assert "đã nhận" in office.talks["hoa"].send(f"report:show:{KEY}").lower()


def test_all_missing_are_reminded_in_one_step_after_a_look(office: Office) -> None:
    binh = office.talks["binh"]
    office.at("2026-03-16", "10:00")
    before = len(office.sent("hoa"))
    binh.say("/theodoi")
    assert "26 đơn vị này chưa có ai" in binh.press("Nhắc đơn vị chưa nộp (27)")
    assert len(office.sent("hoa")) == before
    binh.press("Có, nhắc ngay")
    office.tick()
    assert "Sở Nội vụ đề nghị" in office.sent("hoa")[-1].text


def test_a_due_day_is_moved_and_all_are_told(office: Office) -> None:
    binh = office.talks["binh"]
    office.at("2026-03-09")
    binh.send("board:due:quy-1/2026")
    assert "chưa đọc được ngày" in binh.say("khi nào cũng được")
    assert "ngày khác" in binh.say("16/3/2026")
    assert "18/03/2026" in binh.say("18/3")
    assert "Đã đổi" in binh.press("Có, đổi hạn")
    assert "từ 16/03/2026 sang Thứ Tư 18/03/2026" in office.sent("hoa")[-1].text
    office.at("2026-03-16")
    assert not any("ngay-han" in key for key in office.keys("hoa"))
    office.at("2026-03-18")
    assert office.keys("hoa")[-1].endswith("ngay-han@2026-03-18")
    assert "cuộc trò chuyện cũ" in binh.send("board:due-yes:quy-1/2026")


def test_who_is_there_for_two_bodies_hears_of_a_moved_day_for_the_one_that_is_open(
    office: Office,
) -> None:
    office.at("2026-03-09")
    office.press("hoa", "Đã nộp")
    office.person("hoa", "focal", "so-y-te")
    binh = office.talks["binh"]
    binh.send("board:due:quy-1/2026")
    binh.say("18/3")
    binh.press("Có, đổi hạn")
    assert [sent.user for sent in office.sent() if sent.key.startswith("report:moved:")] == ["hoa"]


def test_an_ad_hoc_report_is_opened_for_some_bodies(office: Office) -> None:
    binh = office.talks["binh"]
    office.set("2026-04-01", "09:00")
    binh.say("/theodoi")
    binh.press("Mở báo cáo đột xuất")
    binh.press("Báo cáo chuyên đề")
    binh.say("Số hóa hồ sơ quý I")
    binh.say("thứ sáu tuần sau")
    assert "chưa rõ các đơn vị này: sở xyz" in binh.say("Sở Tư pháp, Sở XYZ").lower()
    assert "Sở Y tế" in binh.say("stp, Sở Y tế")
    binh.press("Có, mở báo cáo")
    office.tick()
    assert "Số hóa hồ sơ quý I" in office.sent("hoa")[-1].text
    office.press("hoa", "Đã nộp")
    office.at("2026-04-10")
    assert sum("Số hóa" in sent.text for sent in office.sent("hoa")) == 1
    assert "1/2" in binh.send("board:show:dx-2/2026") or "1/2" in binh.send("board:show:dx-1/2026")


@pytest.mark.parametrize(
    "action", ["board:grant:1", "board:due-yes:x", "board:open-yes:", "board:x:y"]
)
def test_an_old_button_of_the_board_changes_nothing(office: Office, action: str) -> None:
    assert "cuộc trò chuyện cũ" in office.talks["binh"].send(action)


def test_who_lost_the_role_cannot_go_on_with_a_form(office: Office) -> None:
    binh = office.talks["binh"]
    office.at("2026-03-09")
    binh.send("board:due:quy-1/2026")
    office.leaves("binh")
    binh.say("20/3")
    office.at("2026-03-16")
    assert office.keys("hoa")[-1].endswith("ngay-han")


def test_a_submission_after_hours_of_the_due_day_is_in_time_and_the_next_day_is_late(
    office: Office,
) -> None:
    office.set("2026-03-16", "23:30")
    office.talks["hoa"].send(f"report:submit:{KEY}")
    assert "đúng hạn" in office.talks["hoa"].send(f"report:show:{KEY}")
    office.person("ngoc", "focal", "so-y-te")
    office.set("2026-03-17", "00:10")
    office.talks["ngoc"].send("report:submit:quy-1/2026:so-y-te")
    assert "trễ hạn" in office.talks["ngoc"].send("report:show:quy-1/2026:so-y-te")
    binh = office.talks["binh"]
    office.set("2026-03-20")
    said = binh.send("board:ontime:")
    assert "(1/27)" in said
    binh.press("Bảng tính")
    rows = sheet_of(binh)
    assert sum(row[3] for row in rows[1:]) == 1

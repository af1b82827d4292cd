"""Officials in the chat: reminded, submitted, more time, handed on."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from tests.office import Office
from tests.report_office import BODY, KEY, PDF, office

__all__ = ["office"]


def test_the_ladder_goes_up_until_somebody_submits(office: Office) -> None:
    for day, clock in (
        *(("2026-03-06", "08:00"), ("2026-03-09", "08:00"), ("2026-03-13", "14:00")),
        *(("2026-03-16", "08:00"), ("2026-03-17", "08:00"), ("2026-03-19", "08:00")),
    ):
        office.at(day, clock)
    steps = [key.rpartition(":")[2] for key in office.keys("hoa")]
    assert steps == ["mo-ky", "nhac-1", "nhac-2", "ngay-han", "tre-1", "tre-3"]
    assert [key.rpartition(":")[2] for key in office.keys("minh")] == ["tre-1", "tre-3"]
    assert [key.rpartition(":")[2] for key in office.keys("tam")] == ["tre-3"]
    assert office.sent("hoa")[0].key.startswith(f"remind:{KEY}:mo-ky:")


def test_ticking_again_adds_nothing(office: Office) -> None:
    office.at("2026-03-09")
    before = office.sent()
    assert [office.tick() for _ in range(3)] == [0, 0, 0]
    assert office.sent() == before


def test_one_tap_submits_and_stops_the_ladder(office: Office) -> None:
    office.at("2026-03-09")
    assert "đã ghi nhận là đã nộp" in office.press("hoa", "Đã nộp")
    for day in ("2026-03-13", "2026-03-16", "2026-03-17", "2026-03-19"):
        office.at(day, "18:00")
    assert len(office.sent("hoa")) == 1
    assert office.sent("minh") == []


def test_a_reminder_still_queued_is_taken_back_when_it_is_done(office: Office) -> None:
    office.at("2026-03-09")
    office.talks["hoa"].send(f"report:submit:{KEY}")
    assert [sent.state for sent in office.sent("hoa")] == ["expired"]


def test_the_document_follows_in_words_or_as_a_file(office: Office) -> None:
    hoa = office.talks["hoa"]
    office.at("2026-03-16")
    office.press("hoa", "Đã nộp")
    assert "chưa thấy số văn bản" in hoa.say("nộp rồi mà")
    assert "số 45/BC-STP ngày 13/03/2026" in hoa.say("45/BC-STP ngày 13/3")
    assert "làm hộ chiếu" not in hoa.say("làm hộ chiếu ở đâu")
    assert "nộp" in hoa.send(f"report:show:{KEY}")
    hoa.press("Thêm số văn bản")
    assert "không phải loại tệp" in hoa.send_file("anh.svg", b"<svg onload='x'/>")
    assert "Đã lưu tệp bao-cao.pdf" in hoa.send_file("bao-cao.pdf", PDF)


def test_a_slip_of_the_finger_is_undone(office: Office) -> None:
    office.at("2026-03-09")
    office.press("hoa", "Đã nộp")
    assert "Chưa nộp" in office.talks["hoa"].press("Bấm nhầm")
    office.at("2026-03-13", "14:00")
    assert office.keys("hoa")[-1].endswith("nhac-2")


def test_more_time_is_asked_for_and_granted(office: Office) -> None:
    hoa = office.talks["hoa"]
    office.at("2026-03-13", "14:00")
    assert "Vì sao" in office.press("hoa", "Xin lùi hạn")
    assert "đến ngày nào" in hoa.say("Chưa đủ số liệu của hai huyện")
    assert "chưa đọc được ngày" in hoa.say("khi nào xong thì nộp")
    assert "phải sau" in hoa.say("10/3/2026")
    assert "Thứ Sáu 20/03/2026" in hoa.say("thứ sáu tuần sau")
    assert not [sent for sent in office.sent("binh") if "xin lùi hạn" in sent.text]
    assert "Đã gửi Sở Nội vụ" in hoa.press("Đúng")
    assert "Chưa đủ số liệu" in office.sent("binh")[-1].text
    assert "Đã cho lùi" in office.press("binh", "Đồng ý")
    assert "đồng ý lùi hạn đến 20/03/2026" in office.sent("hoa")[-1].text
    assert "đã được quyết định" in office.press("binh", "Đồng ý")
    office.at("2026-03-16")
    office.at("2026-03-20")
    assert office.keys("hoa")[-1] == f"remind:{KEY}:ngay-han@2026-03-20"
    assert len([key for key in office.keys("hoa") if "ngay-han" in key]) == 1


def test_more_time_is_refused_and_the_day_stays(office: Office) -> None:
    office.at("2026-03-13", "14:00")
    office.press("hoa", "Xin lùi hạn")
    office.talks["hoa"].say("Bận họp")
    office.talks["hoa"].press("19/03/2026")
    office.press("binh", "Không đồng ý")
    assert "hạn vẫn là 16/03/2026" in office.sent("hoa")[-1].text
    office.at("2026-03-16")
    assert office.keys("hoa")[-1].endswith("ngay-han")


def test_a_colleague_takes_it_over(office: Office) -> None:
    office.at("2026-03-09")
    assert "Chuyển cho ai" in office.press("hoa", "Chuyển người khác")
    office.talks["hoa"].press("Minh")
    assert "chuyển báo cáo này cho anh/chị" in office.sent("minh")[-1].text
    office.at("2026-03-13", "14:00")
    assert office.keys("minh")[-1].endswith("nhac-2")
    assert len(office.sent("hoa")) == 1
    office.leaves("minh")
    office.at("2026-03-16")
    assert office.keys("hoa")[-1].endswith("ngay-han")


def test_somebody_alone_cannot_hand_over(office: Office) -> None:
    office.leaves("minh")
    office.leaves("tam")
    office.at("2026-03-09")
    assert "chưa có ai khác" in office.press("hoa", "Chuyển người khác")


def test_a_later_time_is_kept(office: Office) -> None:
    office.at("2026-03-09")
    office.press("hoa", "Nhắc lại lúc")
    assert "08:00 Thứ Ba 10/03/2026" in office.talks["hoa"].press("08:00 Thứ Ba")
    office.at("2026-03-10", "07:59")
    assert len(office.sent("hoa")) == 1
    office.at("2026-03-10", "08:00")
    assert "hẹn nhắc lại" in office.sent("hoa")[-1].text


def test_who_holds_two_bodies_gets_one_digest(office: Office) -> None:
    office.person("hoa", "focal", "so-y-te")
    office.at("2026-03-09")
    (digest,) = office.sent("hoa")
    assert "Sở Tư pháp" in digest.text
    assert "Sở Y tế" in digest.text
    office.talks["hoa"].send(f"report:submit:{KEY}")
    office.tick()
    left = office.sent("hoa")
    assert [sent.state for sent in left] == ["expired", "queued"]
    assert "Sở Tư pháp" not in left[1].text


def test_nobody_there_means_the_next_one_up(office: Office) -> None:
    for user in ("hoa", "minh", "tam"):
        office.leaves(user)
    office.person("ha", "head", "so-y-te")
    office.at("2026-03-09")
    assert office.keys("ha") == ["remind:quy-1/2026:so-y-te:nhac-1"]
    to_binh = " ".join(key for key in office.keys("binh"))
    assert "digest" in to_binh


def test_after_an_outage_one_message_stands_for_all_steps(office: Office) -> None:
    office.at("2026-03-17", "09:00")
    (late,) = office.sent("hoa")
    assert late.key.startswith(f"remind:{KEY}:tre-1:")
    assert office.watch() == []


def test_a_gap_is_seen_and_told(office: Office) -> None:
    office.set("2026-03-09", "08:05")
    gaps = office.watch()
    assert any(f"{KEY}:nhac-1" in gap for gap in gaps)
    assert "chưa được gửi đúng lúc" in office.sent("binh")[-1].text
    office.tick()
    assert [gap for gap in office.watch() if BODY in gap] == []


def test_the_calendar_is_a_file_real_programs_read(office: Office) -> None:
    hoa = office.talks["hoa"]
    assert "16/03/2026" in hoa.say("/lich")
    hoa.press("Lưu thành tệp")
    calendar = Calendar.from_ical(hoa.taken.files[0].data)
    days = [str(event.decoded("dtstart")) for event in calendar.walk("VEVENT")]
    assert days[:2] == ["2026-03-16", "2026-06-16"]


def test_nobody_acts_for_another_body(office: Office) -> None:
    other = office.person("ngoc", "focal", "so-y-te")
    office.at("2026-03-09")
    for verb in ("submit", "undo", "proof", "extend", "hand", "snooze", "show"):
        assert "của đơn vị khác" in other.send(f"report:{verb}:{KEY}")
    assert "chưa nộp" in office.talks["hoa"].send(f"report:show:{KEY}").lower()


@pytest.mark.parametrize(
    "action",
    [
        *("report:submit:quy-9/2026:so-tu-phap", "report:submit:", "report:nothing:x"),
        *("report:until:5:quy-1/2026:so-tu-phap", "report:later:never:quy-1/2026:so-tu-phap"),
        *("report:hand-to:999:quy-1/2026:so-tu-phap",),
    ],
)
def test_an_old_or_made_up_button_changes_nothing(office: Office, action: str) -> None:
    office.at("2026-03-09")
    said = office.talks["hoa"].send(action)
    assert "cuộc trò chuyện cũ" in said or "của đơn vị khác" in said
    assert "chưa nộp" in office.talks["hoa"].send(f"report:show:{KEY}").lower()


def test_a_form_can_be_left(office: Office) -> None:
    hoa = office.talks["hoa"]
    office.at("2026-03-09")
    office.press("hoa", "Xin lùi hạn")
    assert "đã thôi" in hoa.say("/huy")
    assert "không có việc gì" in hoa.say("/huy")
    assert "hộ chiếu" in hoa.say("làm hộ chiếu ở đâu")

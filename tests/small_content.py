"""A whole content folder in a few lines, so that tests may break one thing in it at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

PLAN = """\
document:
  number: 1/QĐ-UBND
  title: {vi: Quyết định số 1, en: Decision 1}
  sources: [Quyết định số 1/QĐ-UBND]
  checked: 2026-01-02
  review_by: 2999-01-02
  owner: so-tu-phap
  valid_from: 2016-04-06
  valid_to: 2020-12-31
lists:
  - id: viec-cua-so
    title: {vi: Tất cả việc của Sở Tư pháp, en: All duties of the Department of Justice}
    units: [II.1, II.2]
    aliases: [nhiệm vụ của Sở Tư pháp]
"""
UNITS = """\
- id: I.1
  section: I. MỤC TIÊU
  heading: Mục tiêu
  text: Phấn đấu trên 80% người dân hài lòng vào năm 2020.
  title: {vi: Mức độ hài lòng, en: Satisfaction}
  gist_en: Over 80 % of people are to be satisfied by 2020.
- id: II.1
  section: II. NHIỆM VỤ
  heading: Thể chế
  text: Sở Tư pháp chủ trì, lắng ý kiến nhân dân về văn bản pháp luật.
  mended: Sở Tư pháp chủ trì, lắng nghe ý kiến nhân dân về văn bản pháp luật.
  title: {vi: Lắng nghe ý kiến nhân dân, en: Listening to people}
  gist_en: The Department of Justice listens to people about legal documents.
  lead: [so-tu-phap]
  join: [ubnd-xa]
- id: II.2
  section: II. NHIỆM VỤ
  heading: Thể chế
  text: Sở Tư pháp rà soát thủ tục hành chính hằng năm.
  title: {vi: Rà soát thủ tục, en: Review of procedures}
  gist_en: The Department of Justice reviews procedures every year.
  lead: [so-tu-phap]
"""
AGENCIES = """\
- id: so-tu-phap
  name: {vi: Sở Tư pháp, en: Department of Justice}
  kind: so
  role: reporting
  today: Sở Tư pháp của tỉnh
  source: Quyết định số 1/QĐ-UBND
- id: ubnd-xa
  name: {vi: Ủy ban nhân dân xã, en: Commune People's Committee}
  kind: xa
  role: directory
  today: Ủy ban nhân dân xã, phường
  source: Quyết định số 1/QĐ-UBND
"""
BIRTH = """\
slug: khai-sinh
name: {vi: Đăng ký khai sinh, en: Birth registration}
area: {vi: Hộ tịch, en: Civil status}
level: xã
owner: so-tu-phap
sources: [Luật Hộ tịch 2014]
checked: 2026-01-02
review_by: 2999-01-02
confidence: high
who: Cha hoặc mẹ của trẻ.
documents: [Tờ khai, Giấy chứng sinh]
steps: [Nộp hồ sơ, Nhận giấy khai sinh]
time_limit: Trong ngày.
fee: Không mất tiền nếu đúng hạn.
where: Ủy ban nhân dân xã.
online: {available: true, portal: 'https://dichvucong.gov.vn', note: Nộp được trên mạng.}
result: Giấy khai sinh.
legal_basis: [{number: 60/2014/QH13, name: Luật Hộ tịch}]
aliases: [làm giấy khai sinh]
related: [ket-hon]
"""
MARRIAGE = """\
slug: ket-hon
name: {vi: Đăng ký kết hôn, en: Marriage registration}
area: {vi: Hộ tịch, en: Civil status}
level: xã
owner: ubnd-xa
sources: [Luật Hộ tịch 2014]
checked: 2020-01-02
review_by: 2021-01-02
confidence: high
who: Hai bên nam nữ.
documents: [Tờ khai, Giấy xác nhận độc thân]
steps: [Hai bên cùng đến, Ký vào sổ]
time_limit: Trong ngày.
fee: Không mất tiền.
where: Ủy ban nhân dân xã.
online: {available: false, note: Hai bên phải đến ký.}
result: Giấy chứng nhận kết hôn.
legal_basis: [{number: 60/2014/QH13, name: Luật Hộ tịch}]
aliases: [cưới nhau cần giấy gì]
"""
GREETING = """\
slug: chao-hoi
title: {vi: Chào hỏi, en: Greeting}
kind: smalltalk
text: {vi: Xin chào anh chị!, en: Hello!}
aliases: [xin chào, hello]
sources: [Ban biên tập]
checked: 2026-01-02
review_by: 2999-01-02
owner: so-tu-phap
"""
PERSON = """\
slug: gap-can-bo
title: {vi: Gặp cán bộ, en: Talk to an official}
kind: person
text: {vi: Anh chị đến bộ phận một cửa của xã., en: Please go to the commune office.}
aliases: [cho gặp người thật]
related: ['answer:chao-hoi']
sources: [Ban biên tập]
checked: 2026-01-02
review_by: 2999-01-02
owner: so-tu-phap
"""
REPORTS = """\
checked: 2026-01-02
review_by: 2999-01-02
owner: so-tu-phap
day_rules:
  when_due_is_day_off: next_working_day
  day_off_rule_source: quy-che
  internal_target_when_day_off: previous_working_day
  due_time: "17:00"
  legal_end_of_day: "24:00"
  min_working_days_after_cutoff: 1
  min_working_days_source: quy-che
  confirm: true
profiles:
  nay:
    title: Kỳ báo cáo hiện nay
    remind: true
    valid_from: "2019-03-12"
    valid_to: null
    reports:
      - id: nam
        name: {vi: Báo cáo năm, en: Yearly report}
        period: year
        window:
          {from: "12-15", from_year: -1, to: "12-14", to_year: 0, source: quy-che, confirm: false}
        agency_due: {date: "12-16", year: 0, source: quy-che, confirm: true}
        province_due: {date: "12-20", year: 0, source: quy-che, confirm: true}
ad_hoc:
  - {id: dot-xuat, name: {vi: Báo cáo đột xuất, en: Ad-hoc report}, source: quy-che, confirm: true}
reminders:
  source: quy-che
  confirm: true
  quiet_hours: {from: "18:00", to: "07:30"}
  send_only_on_working_days: true
  to_agency: [{id: ngay-han, before_due: 0, unit: working_day, at: "08:00"}]
  to_so_noi_vu: [{id: tre-han-1, after_due: 1, unit: working_day, at: "08:00"}]
  overdue_to_agency: [{id: tre-1, after_due: 1, unit: working_day, at: "08:00"}]
  stop_when: received
calendar: {days_off: [], days_worked: []}
disabled: []
sources:
  quy-che: {doc: Quy chế báo cáo, url: null, seen: true}
"""
LEXICON = """\
chat: {ko: không, dc: được}
abbreviations: {ubnd: ủy ban nhân dân}
regional: {sanh: sinh}
concepts: {kết hôn: [cưới, lấy vợ, lấy chồng]}
english: {birth: khai sinh, marriage: kết hôn}
polite: [dạ, ạ]
facets: {documents: [giấy tờ gì], fee: [bao nhiêu tiền]}
whole: [tất cả]
small_english: [the, how]
going_on: [thế còn]
"""


FEEDBACK = """\
checked: 2026-01-02
review_by: 2999-01-02
owner: so-tu-phap
consent: {version: thu-1, text: {vi: Anh chị đồng ý chứ?, en: Do you agree?}}
days: {first_look: 2, answer: 15, complex: 30, warn_before: 2, longest_pause: 5, confirm: 7,
  source: Quy chế, confirm_with: so-tu-phap}
target: {share: 0.8, ref: 'plan:I.1'}
kinds: [{id: phan-anh, name: {vi: Phản ánh, en: Report}}]
templates: [{id: da-sua, name: Đã sửa, text: Đã sửa xong.}]
not_taken:
  denunciation: answer:gap-can-bo
  complaint: answer:gap-can-bo
  danger: answer:gap-can-bo
signs: {denunciation: [tố cáo], complaint: [khiếu nại], danger: [đang cháy]}
scopes: {so-tu-phap: [hộ tịch], ubnd-xa: [đèn đường]}
"""
CASES = "\n".join(
    json.dumps(
        {"text": text, "body": body, "field": "Chung", "kind": "phan-anh"}, ensure_ascii=False
    )
    for text, body in (
        ("Sổ hộ tịch ghi sai tên con tôi", "so-tu-phap"),
        ("Đèn đường trước nhà tắt cả tháng", "ubnd-xa"),
    )
)
INTENTS = "\n".join(
    json.dumps({"text": text, "intent": intent}, ensure_ascii=False)
    for text, intent in (
        ("Cán bộ đòi tiền mới ký giấy", "to-cao"),
        ("Tôi không đồng ý quyết định xử phạt", "khieu-nai"),
        ("Nhà kế bên đang cháy", "danger"),
        ("Rác ba ngày không ai thu", "feedback"),
    )
)


def _question(q: str, *refs: str, style: str = "everyday", topic: str = "") -> str:
    line = {"q": q, "refs": refs, "style": style} if refs else {"q": q, "style": style}
    return json.dumps({**line, "topic": topic} if topic else line, ensure_ascii=False)


_BIRTH, _MARRIAGE = "procedure:khai-sinh", "procedure:ket-hon"
QUESTIONS = "\n".join(
    [
        _question("đăng ký khai sinh cho con cần giấy tờ gì", _BIRTH),
        _question("làm giấy khai sinh cho bé ở đâu", _BIRTH),
        _question("khai sinh cho con mất bao nhiêu tiền", _BIRTH),
        _question("khai sinh bao lâu thì xong", _BIRTH, style="formal"),
        _question("birth registration for my baby", _BIRTH, style="english"),
        _question("đăng ký kết hôn cần giấy tờ gì", _MARRIAGE),
        _question("hai đứa cưới nhau thì làm giấy ở đâu", _MARRIAGE),
        _question("kết hôn mất bao nhiêu tiền", _MARRIAGE),
        _question("dang ky ket hon bao lau", _MARRIAGE, style="noaccent"),
        _question("marriage registration papers", _MARRIAGE, style="english"),
        _question("xin chào bạn nhé", "answer:chao-hoi"),
        _question("cho tôi nói chuyện với cán bộ", "answer:gap-can-bo"),
        _question("Sở Tư pháp phải làm những việc gì", "list:viec-cua-so"),
        _question("mục tiêu hài lòng của người dân là bao nhiêu", "plan:I.1"),
        _question("ai rà soát thủ tục hành chính", "plan:II.2"),
        _question("Sở Tư pháp nay ở đâu", "agency:so-tu-phap"),
        _question("hôm nay giá vàng bao nhiêu", topic="gia-ca"),
        _question("trận bóng tối qua ai thắng", topic="the-thao"),
        _question("nấu phở bò thế nào cho ngon", topic="nau-an"),
        _question("mua vé máy bay đi Đà Nẵng", topic="du-lich"),
        _question("thời tiết ngày mai mưa không", topic="thoi-tiet"),
        _question("bài hát nào đang nổi", topic="am-nhac"),
        _question("chó nhà tôi bỏ ăn", topic="thu-y"),
        _question("cách chữa đau đầu", topic="y-te"),
        _question("xin số đề hôm nay", topic="co-bac"),
        _question("giải phương trình bậc hai", topic="hoc-tap"),
        _question("điện thoại nào chụp hình đẹp", topic="mua-sam"),
        "",
    ]
)
FILES: Mapping[str, str] = {
    "plan/plan.yaml": PLAN,
    "plan/nhiem-vu.yaml": UNITS,
    "agencies.yaml": AGENCIES,
    "procedures/khai-sinh.yaml": BIRTH,
    "procedures/ket-hon.yaml": MARRIAGE,
    "answers/chao-hoi.yaml": GREETING,
    "answers/gap-can-bo.yaml": PERSON,
    "lexicon.yaml": LEXICON,
    "reports.yaml": REPORTS,
    "feedback.yaml": FEEDBACK,
    "topics.yaml": "most_a_week: 3\ntopics: [{id: thu-tuc, name: {vi: Thủ tục mới, en: New}}]\n",
    "cases.jsonl": CASES,
    "intents.jsonl": INTENTS,
    "questions.jsonl": QUESTIONS,
}
"""All of it by path: one document, three units, a list, two of most kinds, a tiny bank."""


def write_content(folder: Path, changes: Mapping[str, str | bytes | None] | None = None) -> Path:
    """Write the folder, with files as `changes` has them (None: left out); gives the folder."""
    for name, text in {**FILES, **(changes or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder

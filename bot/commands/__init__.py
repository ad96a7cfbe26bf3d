"""Every command and every action that a form may end in, named here and nowhere else."""

from __future__ import annotations

from dataclasses import replace

from bot import access, amid, checks, opening
from bot.commands import (
    accounts,
    backlog,
    cancelling,
    comments,
    consenting,
    drafts,
    files,
    forms,
    funds,
    joining,
    lost,
    members,
    menu,
    months,
    overrides,
    photos,
    records,
    report,
)
from bot.commands.table import MONTH, NUMBER, Command, Table
from bot.flow import Actions
from templates.errors import TemplateError
from templates.forms import Catalog

_CHOOSE = (
    Command("start", menu.start, args=".*"),
    Command("menu", menu.show, ("menu", "bắt đầu", "chọn việc"), access.ALL),
    Command("baoviec", menu.report, ("báo việc", "báo thêm", "ghi việc"), access.MEMBERS),
    Command("ghi", opening.open_named, roles=access.MEMBERS),
    Command("traloi", amid.answer, roles=access.MEMBERS, keeps_draft=True),
    Command("khac", menu.more, ("việc khác",), access.MEMBERS, gives_way=True),
    Command("tiep", forms.go_on, ("tiếp", "tiếp tục", "ghi tiếp"), access.ALL, keeps_draft=True),
    Command("bophieu", cancelling.drop, roles=access.ALL, keeps_draft=True),
    Command("guitep", files.upload, ("gửi tệp", "gửi file", "nộp tệp"), access.MEMBERS, keeps_draft=True),
    Command("trogiup", menu.help_, ("trợ giúp", "hướng dẫn"), access.ALL, keeps_draft=True, gives_way=True),
)
_RECORDS = (
    Command(
        "dabao",
        records.reported,
        ("đã báo", "xem lại", "việc đã báo", "xem việc đã báo"),
        access.ALL,
        args=MONTH,
    ),
    Command("sua", records.correct, ("sửa", "sửa phiếu"), access.MEMBERS, args=NUMBER, optional=False),
    Command("lydo", records.absence, ("lý do", "lý do vắng"), access.MEMBERS, args=NUMBER, optional=False),
    Command("rut", records.withdraw, ("rút", "rút phiếu"), access.MEMBERS, args=NUMBER, optional=False),
    Command("tralai", records.give_back, ("trả lại",), access.COMMITTEE, args=NUMBER, optional=False),
    Command("xem", records.show, ("xem phiếu", "xem"), access.ALL, args=NUMBER, optional=False),
)
_PROGRESS = rf"{MONTH}|cac .{{1,20}}"  # "tiến độ các ấp", as the menu calls it
_NOTHING = (
    *("không phát sinh", "không có phát sinh", "ko phát sinh", "không phát sinh gì", "chưa phát sinh"),
    *("tháng này không phát sinh", "tháng này không có phát sinh", "tháng này không phát sinh gì"),
)
_NOTHING_IN = r"\d{1,2}(?:[ /.-]+(?:nam )?\d{4})? (?:khong|ko|chua) (?:co )?phat sinh(?: gi)?"
_MONTHS = (
    Command("chotthang", months.close, ("chốt tháng", "chốt"), access.MEMBERS, args=MONTH, gives_way=True),
    Command("khongphatsinh", months.nothing, _NOTHING, access.MEMBERS, args=MONTH, gives_way=True),
    Command("thangkhongphatsinh", months.nothing_in, ("tháng",), access.MEMBERS, _NOTHING_IN, optional=False),
    Command("baokhac", months.otherwise, ("đã báo cách khác",), access.MEMBERS, args=MONTH),
    Command(
        "tiendo", months.progress, ("tiến độ", "xem tiến độ"), (*access.COMMITTEE, "observer"), args=_PROGRESS
    ),
    Command("nhac", months.nudge, ("nhắc", "nhắc các ấp", "nhắc ấp"), access.COMMITTEE, args=MONTH),
)
# What begins like a span of time, whether it is one or not; "báo cáo ấp 3 họp dân 40 người" reports itself.
_SPAN = r"(?:nam|thang|quy|ky|q ?\d|t ?\d|\d+ ?t(?:hang)?)\b.{0,26}|\d[\d /.-]*"
_REPORT = (
    Command("baocao", report.ask, ("báo cáo", "lập báo cáo"), access.COMMITTEE, args=_SPAN, gives_way=True),
)
_PERIOD = r"(?=.*\d{4}).{4,40}"  # it names a year
_PHOTO_WORDS = ("chọn ảnh", "chọn hình", "chọn ảnh cho báo cáo", "chọn ảnh báo cáo")
_FIGURES = (
    Command("laplai", drafts.afresh, ("lập lại từ đầu", "lập lại"), access.COMMITTEE, args=_PERIOD),
    Command("xemdu", drafts.lists, ("xem đủ", "xem hết"), access.COMMITTEE, args=_PERIOD),
    Command("chonanh", photos.ask, _PHOTO_WORDS, access.COMMITTEE, args=_PERIOD),
    Command("dienso", overrides.fill, ("điền số", "điền số liệu"), access.COMMITTEE, args=_PERIOD),
    Command("sodien", overrides.listed, ("số đã điền", "các số đã điền"), access.COMMITTEE, args=_PERIOD),
    Command(
        "bodien", overrides.withdraw, ("bỏ điền", "bỏ số điền", "thôi điền"), access.COMMITTEE, args=_PERIOD
    ),
)
_COMMENTS = (
    Command(
        "guigopy", comments.ask, ("gửi góp ý", "xin góp ý", "gửi xin góp ý"), access.COMMITTEE, args=_PERIOD
    ),
    Command("gopy", comments.write, ("góp ý dự thảo", "ghi góp ý"), comments.ROLES),
    Command("xemgopy", comments.listed, ("xem góp ý", "các góp ý"), access.COMMITTEE),
)
_FUNDS = (
    Command("quy", funds.show, ("sổ quỹ", "quỹ", "xem quỹ"), access.ALL, args=funds.YEAR, gives_way=True),
    Command("lapphieuthu", funds.receipt_for, roles=access.COMMITTEE),
    Command(
        "inphieuthu",
        funds.receipt_again,
        ("phiếu thu", "in phiếu thu"),
        access.COMMITTEE,
        args=funds.RECEIPT,
        optional=False,
    ),
)
_BACKLOG = (Command("nhapbu", backlog.ask, ("nhập bù", "tệp nhập bù"), access.MEMBERS, args=r".{1,40}"),)
_CODE = r"(?:ma )?[a-z0-9]{4}[ .-]?[a-z0-9]{4}"
_LOST = ("mất máy", "mất điện thoại", "có người mất máy", "bỏ tài khoản bị mất", "bỏ máy đã mất")
_PEOPLE = (
    Command("thanhvien", members.listed, ("thành viên",), access.COMMITTEE, args=r"\d+", gives_way=True),
    Command("thoi", members.end, roles=access.COMMITTEE),
    Command("thoichac", members.end_for_sure, roles=access.COMMITTEE),
    Command("matmay", lost.end, _LOST, access.COMMITTEE, keeps_draft=True, gives_way=True),
    Command("vaolai", lost.let_in, roles=access.COMMITTEE, keeps_draft=True),
    Command(
        "ketnoi",
        accounts.connect,
        ("kết nối", "đổi máy", "đổi kênh", "đổi tài khoản"),
        access.ALL,
        args=_CODE,
        keeps_draft=True,
    ),
    Command("goitoi", members.address_me, ("gọi tôi là",), access.ALL, args=r"\w+(?: \w+)?", optional=False),
)
# What everybody may ask about their own data, also without a role or before having agreed.
_OWN_DATA = (
    Command("dulieu", accounts.my_data, ("dữ liệu của tôi",)),
    Command("rutdongy", consenting.take_back, ("rút đồng ý", "rút lại đồng ý")),
    Command(
        "ngatketnoi", accounts.disconnect, ("ngắt kết nối", "bỏ kết nối", "bỏ tài khoản"), keeps_draft=True
    ),
)
_CONSENT = (
    Command("dongy", consenting.agree, ("đồng ý", "tôi đồng ý"), gives_way=True),
    Command("khongdongy", consenting.disagree, ("không đồng ý",), gives_way=True),
    Command("hoilai", consenting.ask_first, ("để hỏi lại", "hỏi lại"), args=r"\w+(?: \w+)?"),
)

# Who has agreed and writes "hỏi lại BHXH" speaks of something else; taken for an answer it would take the
# agreement back. The button of an old message still works.
_AGREED = tuple(replace(c, words=(), args="") if c.name == "hoilai" else c for c in _CONSENT)

# What a form may end in, beside "record".
ACTIONS: Actions = {
    "withdraw": records.withdrawn,
    "return": records.given_back,
    "on_behalf": forms.on_behalf,
    "close_month": months.close_for,
    "invite": joining.invite,
    "choose_figure": overrides.chosen,
    "override": overrides.set_figure,
    "choose_photos": photos.chosen,
    "backlog": backlog.store,
    "circulate": comments.sent,
    "comment": comments.written,
}


def table(catalog: Catalog) -> Table:
    """All commands for those who have agreed; each form can be opened by its name and its words.

    Raises TemplateError for a form that ends in an action which does not exist.
    """
    for form in catalog.forms.values():
        if form.end not in ("record", *ACTIONS):
            raise TemplateError(f"{form.name}.toml", "end", f"phải là record hoặc: {', '.join(ACTIONS)}")
        checks.held_against(form)
    people = (*_PEOPLE, *_OWN_DATA, *_AGREED)
    ours = (*_CHOOSE, *_RECORDS, *_MONTHS, *_REPORT, *_FIGURES, *_COMMENTS, *_FUNDS, *_BACKLOG, *people)
    named = {command.name for command in ours}  # a form whose opening is a command of its own is opened by it
    openers = [forms.opener(form) for form in catalog.forms.values() if form.menu is not None]
    return Table((*ours, *(opener for opener in openers if opener.name not in named)))


def consent_table() -> Table:
    """The commands for those who have not agreed (yet)."""
    return Table((*_CONSENT, *_OWN_DATA))

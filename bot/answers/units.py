"""Words that tell what a number counts, bounds or stands for: units of counting, marks, goods, currencies."""

from __future__ import annotations

from bot.answers.tokens import Lexicon, phrases

COUNTED = phrases(
    "người|lượt người|lượt hộ|lượt cử tri|lượt đồng chí|lượt đại biểu|lượt|hộ dân|hộ gia đình|hộ nghèo|"
    "hộ cận nghèo|hộ khó khăn|hộ|phần quà|phần|suất quà|suất|xuất quà|cuộc họp|cuộc|buổi|ấp|thôn|khóm|xã|"
    "căn nhà|căn|ca|vụ|đơn|ý kiến|kiến nghị|cử tri|đại biểu|ủy viên|đồng chí|hội viên|đoàn viên|đảng viên|"
    "thành viên|vị|lần|hội nghị|đợt|lớp|học sinh|em học sinh|em|cháu|bà con|nhân khẩu|khẩu|mô hình|tổ|"
    "nhóm|công trình|con đường|tuyến đường|tuyến|cặp|ngày công|túi|thẻ bhyt|thẻ bảo hiểm|học bổng|xe đạp|"
    "xe lăn|ngôi nhà|nhà|đám|điểm|trường hợp|vụ việc|đầu công việc|đầu việc|việc|bài|tin|"
    "tờ rơi|tờ trình|tờ|giấy khen|văn bản|"
    "kế hoạch|công văn|báo cáo|quyết định|cơ quan|đơn vị|ban|gia đình|chị em|anh em|thanh niên|phụ nữ|"
    "nông dân|cựu chiến binh|người dân|dân|nam|nữ|ng|ng dân|ngừi|nguời|ngừoi|ngưòi|ngươi|nguòi|anh chị em|"
    "cán bộ|quần chúng|giáo dân|phật tử|đoàn viên thanh niên|nhân dân|trẻ em|thiếu nhi|dân quân|đ / c|đc"
)
"""Units of a count; "ng" is người."""
PEOPLE = phrases(
    "người|người dân|ng|ng dân|ngừi|nguời|ngừoi|ngưòi|ngươi|nguòi|lượt người|lượt cử tri|lượt đồng chí|"
    "lượt đại biểu|bà con|cử tri|đại biểu|ủy viên|đồng chí|đ / c|đc|hội viên|đoàn viên|đoàn viên thanh niên|"
    "đảng viên|thành viên|vị|học sinh|em học sinh|em|cháu|chị em|anh em|anh chị em|thanh niên|phụ nữ|"
    "nông dân|cựu chiến binh|dân|nhân dân|cán bộ|quần chúng|giáo dân|phật tử|trẻ em|thiếu nhi|dân quân"
)
"""Units that count people: "30 chị em" answers "Mấy người?". "20 nam" is a part of them."""
HOUSEHOLDS = phrases("hộ|hộ dân|hộ gia đình|hộ nghèo|hộ cận nghèo|hộ khó khăn|gia đình|lượt hộ")
SHARED = phrases("phần|phần quà|suất|suất quà|xuất quà")
"""Units of gifts handed out."""

GOODS = phrases(
    "kg|ký gạo|ký|kí|ký lô|kí lô|kilogam|kilôgam|cân|tấn|tạ|yến|gam|gram|giạ lúa|giạ|bao gạo|bao|thùng mì|"
    "thùng|gói|hộp|lon|lốc|bịch|chai dầu|chai nước|lít dầu|lít xăng|lít nước|lít sữa|lít gạo|gạo|mì gói|"
    "mì tôm|mì|đường cát|nước mắm|dầu ăn|sữa|quyển|cuốn|tập vở|vở|trái|quả|ổ|mét vuông|mét|m 2|m²|m|km|"
    "công đất|công|sào|mẫu|hecta|ha|cây vàng|chỉ vàng|chỉ|lượng vàng|viên|khối|m3|m³|bộ|cái|chiếc|con|"
    "xe đạp|xe lăn|tivi|quạt|mền|chăn|áo|phần ăn|suất ăn|ngày công|tấm tôn|tấm|cây|chục trứng|chục trái|"
    "lít"
)
MEASURES = (
    *(
        "kg",
        "ký",
        "kí",
        "ký lô",
        "kí lô",
        "tấn",
        "tạ",
        "giạ",
        "lít",
        "bao",
        "thùng",
        "km",
        "mét",
        "mét vuông",
    ),
    *("m²", "m2", "công", "công đất", "sào", "mẫu", "ha", "hecta"),
)
"""What is measured rather than counted: a count of people or households in one of these is none."""
MEASURED = phrases("đất|ruộng|vườn|gạo|lúa|mì|dầu|nước|rưỡi|rưởi")
"""What may stand behind a measure; "2 công nhân" are two workers."""
HALF = phrases("rưỡi|rưởi")
CURRENCY = phrases("đ|đồng|vnđ|vnd|đồng bạc|đồng chẵn")
FOREIGN = phrases(
    "usd|đô la mỹ|đô la|đô|đôla|dola|dollar|dollars|euro|eur|bảng anh|yên nhật|jpy|nhân dân tệ|ndt|cny|"
    "rmb|won|krw|baht|thb|riel|riên|khr|kíp|lak|aud|cad|sgd|gbp|bitcoin|btc|usdt"
)
FOREIGN_SIGNS = frozenset("$€£¥₩฿₭៛")

_MARKS = {
    "trên": "trên|hơn",
    "khoảng": "khoảng chừng|khoảng|chừng|cỡ chừng|độ chừng|độ khoảng|ước chừng|ước tính|ước khoảng|ước đạt|"
    "ước|áng chừng|xấp xỉ|trên dưới|tầm khoảng|hình như|đâu khoảng|đâu chừng",
    "dưới": "dưới|chưa tới|chưa đến|không tới",
    "gần": "gần tới|gần đến|gần",
}
MARKS: Lexicon[str] = Lexicon(
    {phrase: mark for mark, listed in _MARKS.items() for phrase in listed.split("|")}
)
"""Marks that a count keeps, each as the report prints it."""
MARKS_WITH_DIACRITICS = {"cỡ": "khoảng", "độ": "khoảng", "tầm": "khoảng", "quá": "trên"}
"""Marks that are other words without diacritics (có, do, tám, qua)."""
MARK_SIGNS = {"~": "khoảng", "≈": "khoảng", "±": "khoảng", ">": "trên", "<": "dưới"}

NO_MARKS = phrases(
    "cấp trên|lên trên|về trên|ở trên|phía trên|bên trên|bề trên|cấp dưới|ở dưới|phía dưới|bên dưới|xa gần"
)
"""Phrases that end in the word of a mark and are none: "chuyển cấp trên 10 triệu" is exact."""

BOUNDS = phrases("ít nhất|tối thiểu|tối đa|nhiều nhất|không quá|từ|đến|tới|cao nhất|thấp nhất|ít ra")
BOUNDS_BEHIND = phrases("trở lên|trở xuống|đổ lại|mấy|ngoài|có dư|dư|hơn|gì đó|hay sao|đổ lên|có lẻ|hoặc hơn")
"""Phrases that bound a number without telling it, before and behind it."""

VAGUE = phrases(
    "mấy|vài|vài ba|dăm|dăm ba|nhiều|rất nhiều|ít|rất ít|đông|đông lắm|rất đông|đông đủ|một số|một ít|"
    "chút đỉnh|kha khá|không nhớ|không rõ|chưa rõ|không biết|chưa biết|quên|toàn ấp|cả ấp|hết ấp|khá đông|"
    "tương đối"
)
NOTHING = phrases(
    "không có ai|không có người nào|không có hộ nào|không có gì|không có|không ai|không phát sinh|không|"
    "chưa có|chưa|ko có|ko|hổng có|hông có|hong có|hổng|hông|khỏi"
)
SLANG = {
    "lít": 10**5,
    "xị": 10**5,
    "chai": 10**6,
    "tỏi": 10**9,
    "m": 10**6,
    "t": 10**6,
    "vé": 0,
    "cành": 1000,
}
"""Street words for sums: always asked back, with what they mostly mean (0: nothing certain)."""

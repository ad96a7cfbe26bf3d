"""Ordinary texts, and those that a careless reader is slow at. How fast they are read, `make bench` says."""

WORST = {
    "digits": "1" * 4000,
    "groups": ("1." * 2000)[:4000],
    "spaced groups": ("100 " * 1000)[:4000],
    "units": ("1tr5 " * 1000)[:4000],
    "going up": ("1k1tr1tỷ" * 600)[:4000],
    "number words": ("hai ba " * 1000)[:4000],
    "hundreds": ("trăm lẻ " * 1000)[:4000],
    "titles": ("bà " * 2000)[:4000],
    "titles and names": ("bà Sáu " * 1000)[:4000],
    "capitals": ("Nguyễn " * 1000)[:4000],
    "dates": ("8/12/" * 1000)[:4000],
    "days": ("ngày 5 " * 1000)[:4000],
    "weekdays": ("thứ hai tuần trước " * 300)[:4000],
    "lunar": ("mùng 5/1 âm lịch " * 300)[:4000],
    "brackets": "(" * 4000,
    "vague": ("mấy hơn " * 700)[:4000],
    "marks": "a" + "\u0301" * 3999,
    "plain": ("muoi lam nam ba sau tu " * 300)[:4000],
    "commas": ("Hoa, " * 1000)[:4000],
    "unknown": "abcd" * 1000,
    "unknown words": ("abcd " * 1000)[:4000],
    "newlines": "a\n" * 2000,
    "spaces": "a" + " " * 3998 + "b",
    "each": ("5 phần mỗi phần 3k " * 300)[:4000],
}

ORDINARY = {
    "money": ["bà Sáu 200k", "1 tỷ 562 triệu 410 nghìn", "hơn 2 triệu", "nam tram ngan"],
    "count": ["trên 800 người", "ba mươi lăm", "08 cuộc 403 người"],
    "ratio": ["45/60 hộ", "93,64%"],
    "day": ["hom qua", "rằm tháng bảy", "ngày 8 tháng 12", "thứ hai tuần trước"],
    "text": ["dọn vệ sinh kinh Xáng"],
}

LIST = """DANH SÁCH ỦNG HỘ QUỸ VÌ NGƯỜI NGHÈO ẤP 3
Đợt 1 ngày 8/12/2024

1. Nguyễn Văn An – 200.000
2. Bà Sáu 50k
3) hộ ông Tư: 2 tr
4. Trần Thị Bé (ấp 3) 1tr5
5 Lê Văn Cọp 300.000đ
6. Chùa Phước Long ủng hộ 5 triệu
- ông Bảy 100
- bà Năm
ông Tư 2tr, bà Năm 3tr
Bà Bảy 10 kg gạo
Cô Út hơn 500k
200k của bà Tám
Cong ty Hoa Binh 10tr
Tong Van Dau 100k
Tổng cộng: 24.350.000 đồng
Bằng chữ: hai mươi bốn triệu ba trăm năm chục ngàn đồng
Xin cảm ơn bà con!"""

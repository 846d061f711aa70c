"""Why a row cannot be taken, in both languages; the code is what programs go by."""

from __future__ import annotations

from types import MappingProxyType

REASONS = MappingProxyType(
    {
        "name_missing": {"en": "There is no name.", "zh-CN": "缺少姓名。"},
        "name_too_long": {
            "en": "The name is longer than 200 characters.",
            "zh-CN": "姓名超过 200 个字符。",
        },
        "name_characters": {
            "en": "The name holds characters that cannot be shown.",
            "zh-CN": "姓名含有无法显示的字符。",
        },
        "name_formula": {
            "en": "The name begins like a formula of a spreadsheet.",
            "zh-CN": "姓名的开头像电子表格公式。",
        },
        "email_missing": {"en": "There is no e-mail address.", "zh-CN": "缺少邮箱地址。"},
        "email_invalid": {
            "en": "This is not an e-mail address.",
            "zh-CN": "这不是有效的邮箱地址。",
        },
        "duplicate_in_file": {
            "en": "The same e-mail address stands in an earlier line.",
            "zh-CN": "相同的邮箱地址已出现在前面的行中。",
        },
        "already_invited": {
            "en": "This address has been invited to this plan already.",
            "zh-CN": "该邮箱已受邀参加此面试方案。",
        },
        "locale_unknown": {
            "en": "The language is neither Chinese nor English.",
            "zh-CN": "语言既不是中文也不是英文。",
        },
        "zone_unknown": {
            "en": "The time zone is not known; write it like Asia/Shanghai.",
            "zh-CN": "无法识别时区；请写成 Asia/Shanghai 这样的形式。",
        },
        "deadline_missing": {"en": "There is no deadline.", "zh-CN": "缺少截止时间。"},
        "deadline_format": {
            "en": "Write the deadline as year-month-day, with or without a time: 2027-03-31 18:00.",
            "zh-CN": "截止时间请写成 年-月-日，可加时间：2027-03-31 18:00。",
        },
        "deadline_past": {"en": "The deadline has passed.", "zh-CN": "截止时间已过。"},
        "deadline_too_far": {
            "en": "The deadline lies more than 366 days ahead.",
            "zh-CN": "截止时间在 366 天之后。",
        },
        "cells_too_many": {
            "en": "The line has more cells than the header: is a comma or a quotation mark amiss?",
            "zh-CN": "该行的单元格多于表头：是否多了逗号或引号？",
        },
        "same_name": {
            "en": "The same name stands in an earlier line with another address.",
            "zh-CN": "相同姓名已在前面的行中以另一个邮箱出现。",
        },
    }
)

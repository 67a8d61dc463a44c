#!/usr/bin/env python3
"""Writes the public holidays of Japan, computed from the rules of the law (Act on National Holidays, No. 178 of 1948).

    tools/holidays_jp.py > processes/data/holidays-jp.yaml

The rules hold for the years 2020 to 2030 as the law stands. The days of the equinoxes are announced by the National
Astronomical Observatory each February for the next year; here they follow from the mean motion of the sun, which has
agreed with every announcement for 1980 to 2027.
"""

import datetime
import sys

FIRST_YEAR, LAST_YEAR = 2020, 2030

SUBSTITUTE = ("Substitute Holiday", "振替休日")
BETWEEN = ("Citizens' Holiday", "国民の休日")

FIXED = {
    (1, 1): ("New Year's Day", "元日"),
    (2, 11): ("National Foundation Day", "建国記念の日"),
    (2, 23): ("Emperor's Birthday", "天皇誕生日"),
    (4, 29): ("Showa Day", "昭和の日"),
    (5, 3): ("Constitution Memorial Day", "憲法記念日"),
    (5, 4): ("Greenery Day", "みどりの日"),
    (5, 5): ("Children's Day", "こどもの日"),
    (8, 11): ("Mountain Day", "山の日"),
    (11, 3): ("Culture Day", "文化の日"),
    (11, 23): ("Labour Thanksgiving Day", "勤労感謝の日"),
}

MONDAYS = {  # (month, which Monday)
    (1, 2): ("Coming of Age Day", "成人の日"),
    (7, 3): ("Marine Day", "海の日"),
    (9, 3): ("Respect for the Aged Day", "敬老の日"),
    (10, 2): ("Sports Day", "スポーツの日"),
}

# The Act on Special Measures for the Tokyo Games moved three holidays in two years: year -> {name: (month, day)}.
MOVED = {
    2020: {"海の日": (7, 23), "スポーツの日": (7, 24), "山の日": (8, 10)},
    2021: {"海の日": (7, 22), "スポーツの日": (7, 23), "山の日": (8, 8)},
}


def monday(year, month, which):
    first = datetime.date(year, month, 1)
    return first + datetime.timedelta(days=(7 - first.weekday()) % 7 + 7 * (which - 1))


def equinox(year, month, base):
    """The day on which the sun passes the equinox in Japan, for 1980 to 2099; base is the moment of 1980."""
    since = year - 1980
    return datetime.date(year, month, int(base + 0.242194 * since) - since // 4)


def named_days(year):
    days = {}
    moved = MOVED.get(year, {})
    for (month, day), name in FIXED.items():
        days[datetime.date(year, *moved.get(name[1], (month, day)))] = name
    for (month, which), name in MONDAYS.items():
        date = datetime.date(year, *moved[name[1]]) if name[1] in moved else monday(year, month, which)
        days[date] = name
    days[equinox(year, 3, 20.8431)] = ("Vernal Equinox Day", "春分の日")
    days[equinox(year, 9, 23.2488)] = ("Autumnal Equinox Day", "秋分の日")
    return days


def holidays(year):
    one = datetime.timedelta(days=1)
    named = named_days(year)
    days = dict(named)
    for date in sorted(named):  # a holiday on a Sunday frees the next day that is no holiday by name
        if date.weekday() == 6:
            free = date + one
            while free in named:
                free += one
            days[free] = SUBSTITUTE
    for date in sorted(named):  # a day between two holidays is free as well
        between = date + one
        if between not in days and between + one in named:
            days[between] = BETWEEN
    return days


def main():
    print(f"# Public holidays of Japan, {FIRST_YEAR} to {LAST_YEAR}.")
    print("# Made by tools/holidays_jp.py from the rules of the Act on National Holidays: fixed days, days set to a")
    print("# Monday, equinoxes by the sun's mean motion, substitute days after a Sunday, days between two holidays")
    print("# and the days moved for the Tokyo Games in 2020 and 2021. Do not edit by hand; run the tool again.")
    print("# An equinox becomes official when it is announced in the February of the year before.")
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for date, (english, japanese) in sorted(holidays(year).items()):
            print(f"- {{date: {date.isoformat()}, en: {english}, ja: {japanese}}}")


if __name__ == "__main__":
    sys.exit(main())

"""From measurements to ratios and lines: the median of ratios within a repetition, with the spread."""

import statistics
from typing import Any

# Measured once beside the same floor, on another machine: CPU of a public verify page, of a lesson page, milliseconds of an attempt.
MOODLE_VERIFY, MOODLE_LESSON, MOODLE_ATTEMPT = 35_586 / 2_387, 93_500 / 2_387, 501 / 3.3
WAGTAIL_LMS_LESSON = 23_200 / 2_387
MOODLE_STATEMENTS = 814  # log-in to result
Repetition = dict[str, float]


def ratio(above: list[float], below: list[float]) -> dict[str, float]:
    """Repetition by repetition, so that what slowed both cancels out."""
    each = [one / other for one, other in zip(above, below, strict=True)]
    return {"median": statistics.median(each), "least": min(each), "most": max(each)}


def ratios(found: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Every ratio of the run, by name."""
    small, large = found["coaches"]
    cpu = {page: [one["cpu_us"] for one in runs] for page, runs in found["pages"].items()}
    floor = cpu[f"lookup, {small:,}"]
    against = {f"{page} / empty view": ratio(cpu[page], cpu["empty view"]) for page in cpu if page != "empty view"}
    for kind in ("registry page", "registry JSON"):
        for size in (small, large):
            against[f"{kind}, {size:,} / lookup, {size:,}"] = ratio(cpu[f"{kind}, {size:,}"], cpu[f"lookup, {size:,}"])
        against[f"{kind}, {large:,} / {small:,}"] = ratio(cpu[f"{kind}, {large:,}"], cpu[f"{kind}, {small:,}"])
    for page in ("lesson page, 10 lessons", "lesson page, 200 lessons"):
        against[f"{page} / lookup, {small:,}"] = ratio(cpu[page], floor)
    runs = found["attempt"]["runs"]
    for kind in ("one_page", "page_by_page"):
        for unit, name in (("cpu_ms", "CPU"), ("ms", "milliseconds")):
            against[f"attempt, {kind} / lookup, {name}"] = ratio([run[kind][unit] for run in runs], [run["floor"][unit] for run in runs])
    for name, what in (("seal", "sealing 25 MiB"), ("open", "opening 25 MiB")):
        against[f"{what} / plain AES-GCM"] = ratio(_column(found["sealed"], name), _column(found["sealed"], f"{name}_floor"))
    against["10,000 keys wrapped anew / in memory, CPU"] = ratio(
        _column(found["sealed"], "rotate_cpu"), _column(found["sealed"], "rotate_floor")
    )
    against["certificate / bare WeasyPrint"] = ratio(_column(found["certificate"], "certificate"), _column(found["certificate"], "floor"))
    return against


def _column(runs: list[Repetition], name: str) -> list[float]:
    return [run[name] for run in runs]


def peers(found: dict[str, Any]) -> list[tuple[str, float, float, str]]:
    """What could not run here: its stored cost, ours in the same unit, and the goal for ours as a part of it."""
    small, large = found["coaches"]
    ours, statements = found["ratios"], found["attempt"]["statements"]["one_page"]
    registry = ours[f"registry page, {large:,} / lookup, {large:,}"]["median"]
    lesson = ours[f"lesson page, 10 lessons / lookup, {small:,}"]["median"]
    return [
        ("registry page / Moodle verify, x lookup", MOODLE_VERIFY, registry, "1/12"),
        ("lesson page / Moodle lesson, x lookup", MOODLE_LESSON, lesson, "1/6"),
        ("lesson page / wagtail-lms lesson, x lookup", WAGTAIL_LMS_LESSON, lesson, "1/2"),
        ("attempt / Moodle attempt, x lookup", MOODLE_ATTEMPT, ours["attempt, one_page / lookup, milliseconds"]["median"], "1/6"),
        ("attempt with log-in / Moodle, statements", MOODLE_STATEMENTS, statements["log_in"] + statements["attempt"], "1/20"),
    ]


def lines(found: dict[str, Any]) -> list[str]:
    """The whole report."""
    text = [f"{'Page':<52}{'CPU µs/request':>16}{'requests/s':>12}{'p50 ms':>9}"]
    for page, runs in found["pages"].items():
        cpu, speed, p50 = (statistics.median(_column(runs, name)) for name in ("cpu_us", "per_second", "p50_ms"))
        text.append(f"{page:<52}{cpu:>16,.0f}{speed:>12.0f}{p50:>9.1f}")
    text += ["", f"{'Ratio':<52}{'median':>16}{'spread':>21}"]
    for name, one in found["ratios"].items():
        spread = f"{one['least']:.2f} to {one['most']:.2f}"
        text.append(f"{name:<52}{one['median']:>16.2f}{spread:>21}")
    text += ["", f"{'Against a peer':<52}{'stored':>16}{'ours':>12}{'ours is':>10}{'goal':>8}"]
    for name, stored, ours, goal in peers(found):
        text.append(f"{name:<52}{stored:>16.1f}{ours:>12.1f}{f'1/{stored / ours:.1f}':>10}{goal:>8}")
    rotation = statistics.median(_column(found["sealed"], "rotate"))
    text += ["", f"10,000 keys of cases wrapped anew in {rotation / 1000:.1f} s by the clock"]
    counted = found["attempt"]["statements"]
    text += ["", f"Statements of an attempt at {found['attempt']['questions']} questions:"]
    text += [f"  {kind}: {count['attempt']}, and {count['log_in']} to log in" for kind, count in counted.items()]
    return text

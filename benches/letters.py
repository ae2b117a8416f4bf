"""Compares the making of a letter with typst, WeasyPrint and LibreOffice, on one core: make bench-letters.

Each makes the same text (a porting notice with a table) with another reference each time, in two ways: many letters in one process,
after one that isn't counted; and a process for one letter, the programs in turn. What isn't installed is skipped. typst and WeasyPrint
are looked for in this Python (`pip install typst weasyprint`), LibreOffice as `soffice` (Debian: libreoffice-writer-nogui).
"""

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "templates/letters/fonts"
OVERSTAP = ROOT / "target/release/examples/time_a_letter"
LETTERS, ROUNDS = 100, 5

PARAGRAPHS = [
    "Geachte heer, mevrouw,",
    "Wij stappen voor onze telefonie over op SIP. De hieronder genoemde telefoonnummers, die nu bij u zijn ondergebracht, nemen wij mee "
    "naar een andere aanbieder (nummerbehoud, artikel 4.10 van de Telecommunicatiewet). Dynamx begeleidt deze overstap.",
    "De portering is gepland op 26 januari 2027. Het porteringsverzoek ontvangt u afzonderlijk van de aanbieder die de nummers "
    "overneemt.",
    "Wij verzoeken u de nummers niet te deactiveren voordat de portering is uitgevoerd, en ze tot dat moment bereikbaar te houden.",
    "Deze brief is een aankondiging en geen opzegging. Het gaat om de volgende contracten en nummers.",
]
ADDRESS = ["KPN B.V.", "t.a.v. J. de Vries", "Postbus 30000", "2500 GA  DEN HAAG"]
TABLE = [["Contract", "Klantnummer", "Aansluiting", "Einde"], ["C-778899", "100200300", "ISDN30", "bij de portering"]]
NUMBERS = "030 100 12 00 t/m 030 100 12 99 (100 nummers) 030 234 56 78 0297 12 34 56"
SUBJECT, SENDER = "Aankondiging portering van onze telefoonnummers", "Bakkerij De Korenaar B.V."


def typst_source(reference):
    rows = ", ".join(f"[{cell}]" for row in TABLE for cell in row)
    body = "\n\n".join(PARAGRAPHS)
    return f"""#set document(title: "{SUBJECT}")
#set page(paper: "a4", margin: (left: 25mm, right: 20mm, top: 18mm, bottom: 23mm), footer: [KvK-nummer 12345678 · Kenmerk {reference}])
#set text(font: "Open Sans", size: 10pt, lang: "nl")
#text(13pt, weight: "bold")[{SENDER}]
#v(25mm)
{" #linebreak() ".join(ADDRESS)}
#v(20mm)
Utrecht, 4 januari 2027

*Betreft* #h(1cm) *{SUBJECT}* #linebreak() Ons kenmerk #h(1cm) {reference}

{body}

#table(columns: 4, {rows})
{NUMBERS}

Hoogachtend,

*{SENDER}*
"""


def html_source(reference):
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE)
    faces = "".join(
        f"@font-face {{ font-family: 'Open Sans'; font-weight: {weight}; src: url(file://{FONTS}/OpenSans-{face}.ttf) }}"
        for weight, face in [(400, "Regular"), (700, "Bold")]
    )
    return f"""<html lang="nl"><head><title>{SUBJECT}</title><style>{faces}
@page {{ size: A4; margin: 18mm 20mm 23mm 25mm; @bottom-left {{ content: "KvK-nummer 12345678 · Kenmerk {reference}"; font-size: 8pt }} }}
body {{ font: 10pt 'Open Sans' }} h1 {{ font-size: 13pt }} address {{ margin: 25mm 0 20mm; font-style: normal }} td {{ width: 40mm }}
</style></head><body><h1>{SENDER}</h1><address>{"<br>".join(ADDRESS)}</address><p>Utrecht, 4 januari 2027
<p><b>Betreft {SUBJECT}</b><br>Ons kenmerk {reference}{"".join(f"<p>{text}" for text in PARAGRAPHS)}
<table>{rows}</table><p>{NUMBERS}<p>Hoogachtend,<p><b>{SENDER}</b></body></html>"""


def python(module, code):
    """A peer in this Python: its version, or None; and its program, to which a number of letters and a folder are given."""
    version = subprocess.run(
        [sys.executable, "-c", f"import {module}; from importlib.metadata import version; print(version('{module}'))"],
        capture_output=True, text=True,
    )
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT / 'benches')!r})\n{IN_PROCESS}\n{code}\nrun(make)"]
    return (version.stdout.strip() if version.returncode == 0 else None), command


IN_PROCESS = """
import statistics, time
from pathlib import Path
from letters import typst_source, html_source, FONTS
def run(make):
    count, folder = int(sys.argv[1]), Path(sys.argv[2])
    times = []
    for i in range(count):
        start = time.perf_counter()
        pdf = make(f"2027-{i:04}")
        times.append(time.perf_counter() - start)
    (folder / "letter.pdf").write_bytes(pdf)
    print(statistics.median(times[1:] or times) * 1000)
"""
TYPST = """
import typst
compiler = typst.Compiler(font_paths=[str(FONTS)], ignore_system_fonts=True)
make = lambda reference: compiler.compile(input=typst_source(reference).encode())
"""
WEASYPRINT = """
from weasyprint import HTML
make = lambda reference: HTML(string=html_source(reference)).write_pdf()
"""


def overstap(count, folder):
    made = subprocess.run([OVERSTAP, str(count), folder / "letter.pdf"], check=True, capture_output=True, text=True).stdout
    return float(made.split()[0])


def in_python(command):
    return lambda count, folder: float(
        subprocess.run([*command, str(count), folder], check=True, capture_output=True, text=True).stdout
    )


def libreoffice(count, folder):
    """LibreOffice tells no times: those of many letters less that of one."""

    def convert(number):
        files = [folder / f"letter-{i}.html" for i in range(number)]
        for i, file in enumerate(files):
            file.write_text(html_source(f"2027-{i:04}"))
        start = time.perf_counter()
        profile = f"-env:UserInstallation=file://{folder}/profile"
        subprocess.run(
            ["soffice", profile, "--headless", "--convert-to", "pdf:writer_web_pdf_Export", "--outdir", folder, *files],
            check=True, capture_output=True,
        )
        shutil.copy(folder / "letter-0.pdf", folder / "letter.pdf")
        return (time.perf_counter() - start) * 1000

    return convert(1) if count == 1 else (convert(count) - convert(1)) / (count - 1)


def peers():
    yield "Overstap", subprocess.run(["git", "describe", "--always"], cwd=ROOT, capture_output=True, text=True).stdout.strip(), overstap
    for name, module, code in [("typst", "typst", TYPST), ("WeasyPrint", "weasyprint", WEASYPRINT)]:
        version, command = python(module, code)
        yield name, version, in_python(command)
    version = None
    if shutil.which("soffice"):
        said = subprocess.run(["soffice", "--version"], capture_output=True, text=True).stdout.split()
        version = said[1] if len(said) > 1 else "?"
    yield "LibreOffice", version, libreoffice


def main():
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    everyone = list(peers())
    present = [peer for peer in everyone if peer[1]]
    alone = {name: [] for name, _, _ in present}
    together, sizes = {}, {}
    with tempfile.TemporaryDirectory() as temporary:
        folders = {name: Path(temporary) / name for name in alone}
        for name, _, make in present:
            folders[name].mkdir()
            together[name] = make(LETTERS, folders[name])
            sizes[name] = (folders[name] / "letter.pdf").stat().st_size
        for _ in range(ROUNDS):
            for name, _, make in present:
                start = time.perf_counter()
                make(1, folders[name])
                alone[name].append((time.perf_counter() - start) * 1000)
    print(f"One letter, one core of {platform.machine()}, median; Python {platform.python_version()}")
    print(f"{'':24}{'in one process':>16}{'ratio':>8}{'a process each':>16}{'ratio':>8}{'bytes':>10}")
    first = present[0][0]
    for name, version, _ in present:
        process = statistics.median(alone[name])
        print(
            f"{name + ' ' + version:24}{together[name]:13.2f} ms{together[name] / together[first]:8.1f}"
            f"{process:13.1f} ms{process / statistics.median(alone[first]):8.1f}{sizes[name]:10}"
        )
    for name, version, _ in everyone:
        if not version:
            print(f"{name}: not installed, skipped")


if __name__ == "__main__":
    main()

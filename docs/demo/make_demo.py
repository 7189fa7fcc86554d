"""Speak the demo's dialogues: an MP3 and a WebVTT transcript for each, and the time of each line for the show notes.

    .venv/bin/python docs/demo/make_demo.py

Needs espeak-ng and ffmpeg. The show notes are written by hand; `--check` tells which of their times don't begin a line.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

from dialogues import EPISODES, VOICES, WRITTEN

CONTENT = Path(__file__).parents[2] / "content"
AUDIO, TRANSCRIPTS = CONTENT / "audio" / "longwave", CONTENT / "transcripts" / "longwave"
PAUSE = 0.45
RATE = 22050


def speak(lines: tuple[tuple[str, str], ...], folder: Path) -> tuple[Path, list[tuple[float, float]]]:
    """Write one WAV of all lines; return each line's start and end in seconds."""
    whole = folder / "whole.wav"
    times: list[tuple[float, float]] = []
    at = 0.3
    with wave.open(str(whole), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(bytes(2 * int(RATE * at)))
        for speaker, text in lines:
            voice, speed, pitch = VOICES[speaker]
            part = folder / "part.wav"
            command = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch), "-w", str(part), text]
            subprocess.run(command, check=True)
            with wave.open(str(part)) as said:
                frames = said.readframes(said.getnframes())
                length = said.getnframes() / said.getframerate()
            silence = bytes(2 * int(RATE * PAUSE))
            out.writeframes(frames + silence)
            times.append((at, at + length))
            at += length + PAUSE
    return whole, times


def encode(sound: Path, target: Path, title: str, date: str, number: int) -> None:
    """Write the MP3: mono, 40 kbit/s, even loudness, ID3 tags and the cover."""
    tags = {
        "title": title, "artist": "The Longwave Show", "album": "The Longwave Show", "track": str(number), "date": date,
        "genre": "Podcast",
    }  # fmt: skip
    cover = ["-i", str(Path(__file__).with_name("longwave-small.jpg"))]
    command = ["ffmpeg", "-y", "-v", "error", "-i", str(sound), *cover, "-map", "0:a", "-map", "1:v"]
    command += ["-af", "loudnorm=I=-16:TP=-1.5", "-ar", "22050", "-ac", "1", "-b:a", "40k", "-c:v", "copy"]
    command += [part for key, value in tags.items() for part in ("-metadata", f"{key}={value}")]
    subprocess.run([*command, "-id3v2_version", "3", str(target)], check=True)


def stamp(seconds: float) -> str:
    """Return seconds in WebVTT's format."""
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes // 60):02}:{int(minutes % 60):02}:{rest:06.3f}"


def written(text: str) -> str:
    """Return a spoken line in written form."""
    for said, shown in WRITTEN.items():
        text = text.replace(said, shown)
    return text


def transcribe(lines: tuple[tuple[str, str], ...], times: list[tuple[float, float]]) -> str:
    """Write the WebVTT file."""
    cues = (
        f"{stamp(start)} --> {stamp(end)}\n<v {speaker}>{written(text)}\n"
        for (speaker, text), (start, end) in zip(lines, times, strict=True)
    )
    return "WEBVTT\n\n" + "\n".join(cues)


def check() -> int:
    """Print the times in the show notes at which no line of the transcript begins."""
    wrong = 0
    for path in sorted((CONTENT / "longwave").glob("*.md")):
        slug = path.stem[11:]
        vtt = (TRANSCRIPTS / f"{slug}.vtt").read_text()
        starts = {int(int(m) * 60 + float(s)) for m, s in re.findall(r"00:(\d\d):(\d\d\.\d+) -->", vtt)}
        for minutes, seconds in re.findall(r"^- (\d+):(\d\d) ", path.read_text(), re.MULTILINE):
            if int(minutes) * 60 + int(seconds) not in starts:
                print(f"{path.name}: nothing begins at {minutes}:{seconds}")
                wrong += 1
    return wrong


def main() -> None:
    """Make every episode."""
    AUDIO.mkdir(parents=True, exist_ok=True)
    TRANSCRIPTS.mkdir(parents=True, exist_ok=True)
    for number, (slug, (title, date, lines)) in enumerate(EPISODES.items(), 1):
        with tempfile.TemporaryDirectory() as folder:
            sound, times = speak(lines, Path(folder))
            encode(sound, AUDIO / f"{slug}.mp3", title, date, number)
        (TRANSCRIPTS / f"{slug}.vtt").write_text(transcribe(lines, times))
        for (speaker, text), (start, _) in zip(lines, times, strict=True):
            print(f"{slug} {int(start) // 60}:{int(start) % 60:02} {speaker}: {text[:60]}")


if __name__ == "__main__":
    sys.exit(check() if "--check" in sys.argv else main())

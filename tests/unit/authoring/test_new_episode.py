"""`longwave new episode`: the file that it writes for an episode, and the copy of the recording."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mutagen.id3 import CHAP, TIT2
from mutagen.mp3 import MP3

from longwave.authoring.new_episode import EpisodeRequest, create_episode
from longwave.authoring.recordings import copied_recording
from longwave.content.episodes.notes import read_notes
from longwave.content.fields.content_file import split_front_matter
from longwave.errors import LongwaveError

NOW = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
Put = Callable[[str, str], Path]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Return the content folder of an empty site."""
    (tmp_path / "site/content").mkdir(parents=True)
    return tmp_path / "site/content"


@pytest.fixture
def put(content: Path) -> Put:
    """Return a function that writes a file in the content folder."""

    def write(name: str, text: str) -> Path:
        path = content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Return an MP3 of four seconds (empty frames) outside of the site."""
    path = tmp_path / "Final MIX 2.mp3"
    path.write_bytes((b"\xff\xfb\x90\x00" + bytes(413)) * 153)
    return path


def names(content: Path) -> list[str]:
    """Return the names of all files in the content folder."""
    return sorted(path.relative_to(content).as_posix() for path in content.rglob("*") if not path.is_dir())


def test_the_recording_says_what_it_knows(content: Path, recording: Path) -> None:
    """A new episode's title, length, size and chapters come from the recording, which is copied to content/audio."""
    tags = MP3(recording)
    tags.add_tags()
    assert tags.tags is not None
    tags.tags.add(TIT2(encoding=3, text='@ann: "Hi" \\ 🎙'))
    for start, title in ((0, "Wel*come*"), (1500, "{{ x }}")):
        tags.tags.add(CHAP(element_id=f"c{start}", start_time=start, end_time=start + 1, sub_frames=[TIT2(text=title)]))
    tags.save()
    drafted = create_episode(content, EpisodeRequest(audio=recording), NOW)
    assert names(content) == ["audio/podcast/1-ann-hi.mp3", "podcast/2026-01-31-1-ann-hi.md"]
    assert drafted.audio is not None
    assert drafted.audio.read_bytes() == recording.read_bytes()
    document = split_front_matter("a.md", drafted.path.read_text("utf-8"))
    assert document.meta == {
        "title": '@ann: "Hi" \\ 🎙',
        "description": "",
        "draft": True,
        "mp3_bytes": recording.stat().st_size,
        "mp3_duration": "0:04",
        "tags": [],
    }
    moments = read_notes(document.body).moments
    assert [(moment.seconds, moment.text) for moment in moments] == [(0, "Wel*come*"), (1, "{{ x }}")]


def test_numbers_go_on_from_the_highest(content: Path, put: Put) -> None:
    """A new episode's number follows the show's highest, drafts, broken files and future episodes included."""
    put("site.toml", "[shows.podcast]\n[shows.letters]\n")
    put("podcast/2026-01-01-7-seven.md", "---\ntitle: A\ndraft: true\n---\n")
    put("podcast/2027-01-01-x.md", "---\ntitle: A\nnumber: 8\n---\n")
    put("podcast/2026-01-01-9-nine.md", "---\ntitle: [\n---\n")
    put("letters/2026-01-01-40-forty.md", "---\ntitle: A\n---\n")
    assert create_episode(content, EpisodeRequest("A", show="podcast"), NOW).episode.number == 10
    assert create_episode(content, EpisodeRequest("A", show="podcast"), NOW).episode.number == 11
    assert create_episode(content, EpisodeRequest("A", show="letters"), NOW).episode.number == 41


def test_today_is_the_sites(content: Path, put: Put) -> None:
    """A new episode's date is the current time in the site's zone, or the requested time, without seconds."""
    put("site.toml", 'timezone = "Asia/Tokyo"\n')
    assert create_episode(content, EpisodeRequest("A"), NOW).path.name == "2026-02-01-1-a.md"
    assert create_episode(content, EpisodeRequest("B", date="2026-03-01"), NOW).path.name == "2026-03-01-2-b.md"
    minute = create_episode(content, EpisodeRequest("C", date="2026-03-01 06:30"), NOW)
    assert (minute.path.name, minute.episode.date.isoformat()) == ("2026-03-01-3-c.md", "2026-03-01T06:30:00+09:00")
    with pytest.raises(LongwaveError, match=r"--date: expected a date .* found 'soon'"):
        create_episode(content, EpisodeRequest("D", date="soon"), NOW)


def test_guests_are_as_they_were_last(content: Path, put: Put) -> None:
    """A known guest gets the details of their newest episode, and the name as their own file spells it."""
    put("podcast/2025-01-01-1-a.md", "---\ntitle: A\nguest: Ann Lee\nguest_website: old.example\n---\n")
    put(
        "podcast/2025-02-01-2-b.md",
        "---\ntitle: B\nguest: Bo\nguest_2: Ann Lee\nguest_2_avatar: ann.png\nguest_2_twitter: '@ann'\n---\n",
    )
    put("guests/mara.md", "---\nname: Mara Finch\nnames: [M. Finch]\n---\n")
    drafted = create_episode(content, EpisodeRequest("C", ("ann lee", "m finch", "Zoë", "ANN LEE")), NOW)
    assert split_front_matter("a.md", drafted.path.read_text("utf-8")).meta["guests"] == [
        {"name": "Ann Lee", "avatar": "ann.png", "twitter": "@ann"},
        {"name": "Mara Finch"},
        {"name": "Zoë"},
    ]
    assert "What Ann Lee, Mara Finch, Zoë and I talk about." in drafted.path.read_text("utf-8")


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Привет, мир", "1-привет-мир"), ("日本語のタイトル", "1-日本語のタイトル"), ("مرحبا بالعالم", "1-مرحبا-بالعالم"),
     ("C++ & .NET", "1-c-plus-plus-and-dotnet"), ("a/../b\\c", "1-a-b-c"), ("- x: y # z", "1-x-y-z")],
)  # fmt: skip
def test_titles_of_any_script_make_addresses(content: Path, title: str, slug: str) -> None:
    """A title in any script makes a slug, and is read back as typed."""
    episode = create_episode(content, EpisodeRequest(title), NOW).episode
    assert (episode.title, episode.slug) == (title, slug)


def test_a_title_without_end_still_makes_a_file(content: Path, recording: Path) -> None:
    """An endless title gives file names that are cut to the limit of file systems, between words if possible."""
    long = create_episode(content, EpisodeRequest("語" * 400, audio=recording), NOW)
    assert len(long.path.name.encode()) < 160
    assert long.episode.title == "語" * 400
    assert create_episode(content, EpisodeRequest("word " * 99), NOW).episode.slug.endswith("-word")


def test_a_pattern_names_the_recording(content: Path, put: Put, recording: Path) -> None:
    """A recording's copy is named by the show's audio pattern; if its file type differs, `audio` names the copy."""
    put("site.toml", '[shows.podcast]\naudio = "s{season}/show-{number}.mp3"\n')
    assert (
        create_episode(content, EpisodeRequest("A", audio=recording), NOW).audio
        == content / "audio/podcast/s/show-1.mp3"
    )
    wave = recording.rename(recording.with_name("b.WAV"))
    drafted = create_episode(content, EpisodeRequest("B", audio=wave), NOW)
    assert drafted.audio == content / "audio/podcast/2-b.wav"
    assert drafted.episode.enclosure is not None
    assert drafted.episode.enclosure.file == "2-b.wav"


def test_audio_elsewhere_is_not_copied(content: Path, put: Put, recording: Path) -> None:
    """If a show's audio is on another host, the episode gets the recording's length and size, and no copy is made."""
    put("site.toml", '[shows.podcast]\naudio = "https://cdn.example.com/{number}.mp3"\n')
    drafted = create_episode(content, EpisodeRequest("A", audio=recording), NOW)
    assert (drafted.audio, "mp3_duration" in drafted.path.read_text()) == (None, True)
    assert drafted.episode.enclosure is not None
    assert drafted.episode.enclosure.url == "https://cdn.example.com/1.mp3"


@pytest.mark.parametrize("pattern", ["../{number}.mp3", ".hidden-{number}.mp3", "a//{number}.mp3"])
def test_a_pattern_may_not_leave_the_folder(content: Path, put: Put, recording: Path, pattern: str) -> None:
    """An audio pattern that leads out of content/audio is refused, and nothing is written."""
    put("site.toml", f'[shows.podcast]\naudio = "{pattern}"\n')
    with pytest.raises(LongwaveError, match=r"content/site\.toml: expected audio of podcast"):
        create_episode(content, EpisodeRequest("A", audio=recording), NOW)
    assert names(content) == ["site.toml"]


def test_a_recording_that_lies_there_already(content: Path, recording: Path) -> None:
    """A recording that is already in its place in content/audio is used; another file there is never overwritten."""
    (content / "audio/podcast").mkdir(parents=True)
    there = Path(shutil.copy(recording, content / "audio/podcast/1-a.mp3"))
    with pytest.raises(LongwaveError, match=r"1-a\.mp3: expected no file of this name"):
        create_episode(content, EpisodeRequest("A", audio=recording), NOW)
    assert create_episode(content, EpisodeRequest("A", audio=there), NOW).audio == there
    assert names(content) == ["audio/podcast/1-a.mp3", "podcast/2026-01-31-1-a.md"]


def test_mistakes_are_one_line_and_nothing_is_written(content: Path, put: Put, recording: Path) -> None:
    """Each wrong argument for a new episode is reported with what was expected, before anything is written."""
    put("site.toml", "[shows.a]\n[shows.b]\n")
    text = recording.with_name("text.mp3")
    text.write_text("no sound")
    for wish, said in (
        (EpisodeRequest("A"), "--show: expected one of a, b, found none"),
        (EpisodeRequest("A", show="c"), "--show: expected one of a, b, found 'c'"),
        (EpisodeRequest("", show="a"), "expected a title"),
        (EpisodeRequest("", show="a", audio=recording), "expected a title"),
        (EpisodeRequest("!?", show="a"), "expected letters or digits"),
        (EpisodeRequest("A", ("!",), show="a"), "--guest: expected a name"),
        (EpisodeRequest("A", show="a", audio=text), r"text\.mp3: expected an audio file"),
        (EpisodeRequest("A", show="a", audio=recording.parent), "expected an audio file, found something else"),
        (EpisodeRequest("A", show="a", audio=Path("none.mp3")), "expected an audio file, found no such file"),
        (EpisodeRequest("A", show="a", audio=content / "site.toml"), r"expected a name that ends in \.mp3"),
    ):
        with pytest.raises(LongwaveError, match=said) as raised:
            create_episode(content, wish, NOW)
        assert "\n" not in str(raised.value)
    assert names(content) == ["site.toml"]


def test_an_address_is_never_given_twice(content: Path, put: Put) -> None:
    """A new episode whose slug another episode already has, under another number, is refused."""
    put("podcast/2026-01-01-1-a.md", "---\ntitle: A\nnumber: 0\n---\n")
    with pytest.raises(LongwaveError, match=r"expected an address of its own, found that of .*01-01-1-a\.md"):
        create_episode(content, EpisodeRequest("A"), NOW)


def test_without_a_place_for_the_file_there_is_no_copy(content: Path, put: Put, recording: Path) -> None:
    """The copied recording is deleted again if the episode's Markdown file can't be written."""
    put("podcast", "a file where a folder has to be")
    put("site.toml", "[shows.podcast]\n")
    with pytest.raises(LongwaveError, match="expected room to write"):
        create_episode(content, EpisodeRequest("A", audio=recording), NOW)
    assert names(content) == ["podcast", "site.toml"]


def test_an_interrupted_copy_leaves_nothing(content: Path, recording: Path) -> None:
    """Ctrl-C while a recording is copied leaves neither a part of the copy nor the episode's file."""

    def interrupted(_bytes: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        create_episode(content, EpisodeRequest("A", audio=recording), NOW, interrupted)
    assert names(content) == []


def test_a_full_disk_leaves_nothing(
    content: Path, recording: Path, room_for: Callable[[int], AbstractContextManager[None]]
) -> None:
    """A full disk is reported in one line, and leaves neither a part of the recording's copy nor the episode's file."""
    with (
        room_for(10_000),
        pytest.raises(LongwaveError, match=r"1-a\.mp3: expected room to write, found: File too large"),
    ):
        create_episode(content, EpisodeRequest("A", audio=recording), NOW)
    assert names(content) == []


def test_a_copy_takes_little_memory_and_tells_of_itself(tmp_path: Path) -> None:
    """A recording is copied in blocks, whose reported sizes add up to the file's."""
    (tmp_path / "a").write_bytes(os.urandom(2_500_000))
    sizes: list[int] = []
    with copied_recording(tmp_path / "a", tmp_path / "b", sizes.append):
        assert (tmp_path / "b").read_bytes() == (tmp_path / "a").read_bytes()
    assert (len(sizes), sum(sizes)) == (3, 2_500_000)


@pytest.mark.parametrize("suffix", ["m4a", "ogg", "flac", "mp3"])
def test_titles_of_all_kinds_of_audio(content: Path, tmp_path: Path, suffix: str) -> None:
    """A new episode without a typed title gets the title in its recording's tags, in any audio format."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed")
    path = tmp_path / f"a.{suffix}"
    tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=2", "-metadata", "title=Grüße an alle"]
    subprocess.run(["ffmpeg", "-v", "error", *tone, str(path)], check=True, timeout=60)
    episode = create_episode(content, EpisodeRequest(audio=path), NOW).episode
    assert episode.enclosure is not None
    assert (episode.title, episode.enclosure.file) == ("Grüße an alle", f"1-grusse-an-alle.{suffix}")
